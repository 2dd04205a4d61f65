package ledger_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
)

// bundle is a ledger with one store under a claim.
type bundle struct {
	*testing.T
	*ledger.Ledger
	store storage.Store
	claim storage.Claim
}

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{T: t, Ledger: ledger.New(databasetest.Open(t))}
	b.store, b.claim = b.connect("shop")
	return b
}

func (b *bundle) connect(name string) (storage.Store, storage.Claim) {
	b.Helper()
	st, err := ledger.AddStore(b.Context(), b.Ledger, storage.Store{Name: name, HomeURL: "https://" + name + ".example",
		Auth: storage.AuthBasic})
	b.ok(err)
	claim, err := b.Claim(b.Context(), st.ID)
	b.ok(err)
	return st, claim
}

func (b *bundle) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bundle) fails(err, want error) {
	b.Helper()
	if !errors.Is(err, want) {
		b.Fatalf("got %v, want %v", err, want)
	}
}

func (b *bundle) apply(batches ...storage.Batch) storage.Applied {
	b.Helper()
	applied, err := b.Apply(b.Context(), b.claim, batches...)
	b.ok(err)
	return applied
}

func (b *bundle) put(records ...storage.Record) storage.Applied {
	b.Helper()
	return b.apply(storage.Batch{Records: records})
}

func (b *bundle) changes() []storage.Change {
	b.Helper()
	changes, err := b.Changes(b.Context(), storage.ChangeQuery{StoreID: b.store.ID})
	b.ok(err)
	return changes
}

func (b *bundle) note(id int64) string {
	b.Helper()
	r, err := b.Record(b.Context(), b.store.ID, orderRef(id))
	b.ok(err)
	var of struct {
		Note string `json:"note"`
	}
	b.ok(json.Unmarshal(r.Raw, &of))
	return of.Note
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func orderRef(id int64) storage.Ref { return storage.Ref{Resource: storage.Orders, ID: id} }

// order makes an order with one member of content, in JSON.
func order(id int64, content string) storage.Record {
	return storage.Record{Ref: orderRef(id), Status: "processing", Created: noon.Add(time.Duration(id) * time.Minute),
		Raw: fmt.Appendf(nil, `{"id":%d,"note":%s}`, id, content)}
}

func trashed(r storage.Record) storage.Record {
	r.Status = storage.StatusTrash
	r.Raw = append(json.RawMessage(`{"status":"trash",`), r.Raw[1:]...)
	return r
}
