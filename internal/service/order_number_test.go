package service_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
)

// numbering stands in front of a shop as a plugin for order numbers stands in it: numbers are ids less some.
func (b *bundle) numbering(t *testing.T, less int) *httptest.Server {
	t.Helper()
	from := new(atomic.Int64)
	from.Store(int64(less))
	return b.numberingBy(t, from)
}

// numberingBy is numbering by a difference that may change; 0 is the plugin switched off, and below 0 the shop is down.
func (b *bundle) numberingBy(t *testing.T, less *atomic.Int64) *httptest.Server {
	t.Helper()
	number := regexp.MustCompile(`"number":"(\d+)"`)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if less.Load() < 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		r.Header.Del("Accept-Encoding")
		answer := httptest.NewRecorder()
		b.shop.Store.ServeHTTP(answer, r)
		body := number.ReplaceAllStringFunc(answer.Body.String(), func(found string) string {
			n, _ := strconv.Atoi(number.FindStringSubmatch(found)[1]) // digits
			return fmt.Sprintf(`"number":"%d"`, n-int(less.Load()))
		})
		maps.Copy(w.Header(), answer.Header())
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(answer.Code)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	b.trust.AddCert(server.Certificate())
	return server
}

func TestANumberThatIsOneOrdersAndAnothersIDIsNeverGuessed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var ids []int64
	for range 3 {
		ids = append(ids, b.order(t, `{"status":"processing"}`))
	}
	less := int(ids[1] - ids[0]) // the number of the second is the id of the first
	server := b.numbering(t, less)
	s := b.open(t)
	connected, err := s.Connect(t.Context(), stores.Connection{URL: server.URL, Key: b.shop.Key, Secret: b.shop.Secret,
		Name: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	st := connected.Store
	if _, err := s.SyncOnce(t.Context(), st, nil); err != nil {
		t.Fatal(err)
	}
	last := ids[2]
	for _, test := range []struct {
		word string
		by   records.NamedBy
		want int64
		code problem.Code
		says []string
	}{
		{word: fmt.Sprint(ids[0]), by: records.ByEither, code: problem.InputInvalid,
			says: []string{fmt.Sprintf("orders/%d", ids[0]), fmt.Sprintf("orders/%d", ids[1]), "--number"}},
		{word: fmt.Sprint(ids[0]), by: records.ByID, want: ids[0]},
		{word: fmt.Sprint(ids[0]), by: records.ByNumber, want: ids[1]},
		{word: fmt.Sprint(last), by: records.ByEither, want: last},
		{word: fmt.Sprintf("#%d", last), by: records.ByNumber, code: problem.RecordNotFound},
		{word: fmt.Sprint(ids[0] - int64(less)), by: records.ByEither, code: problem.InputInvalid,
			says: []string{fmt.Sprintf("orders/%d", ids[0]), "no order in the mirror has the id"}},
		{word: "SO-17", by: records.ByEither, code: problem.Usage},
	} {
		id, err := s.Order(t.Context(), st, test.word, test.by)
		if id != test.want || (err == nil) != (test.code == "") || err != nil && code(err) != test.code {
			t.Errorf("%s by %d: %d, %v; want %d, %q", test.word, test.by, id, err, test.want, test.code)
		}
		for _, want := range test.says {
			if text := fmt.Sprint(err, " ", problem.From(err).Hint); !strings.Contains(text, want) {
				t.Errorf("%s: %q does not say %q", test.word, text, want)
			}
		}
	}
	// A row of a file names an order by its number, which is not its id.
	row := intake.Row{Name: fmt.Sprint(ids[0]), Write: outbox.Write{Action: outbox.Update, Resource: storage.Orders}}
	writes, err := s.Find(t.Context(), st, []intake.Row{row}, records.ByEither)
	if err != nil || writes[0].RecordID != ids[1] {
		t.Errorf("%+v, %v; want %d", writes, err, ids[1])
	}
}

// A plugin for order numbers is installed, and the mirror does not know it yet, or there is no mirror at all.
func TestTheStoreIsAskedWhetherAWordIsAnOrdersIDOrItsNumber(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var ids []int64
	for range 3 {
		ids = append(ids, b.order(t, `{"status":"processing"}`))
	}
	less := ids[1] - ids[0] // with the plugin the number of the second is the id of the first
	var by atomic.Int64
	server := b.numberingBy(t, &by)
	s := b.open(t)
	connected, err := s.Connect(t.Context(), stores.Connection{URL: server.URL, Key: b.shop.Key, Secret: b.shop.Secret,
		Name: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	st := connected.Store
	sync := func() {
		t.Helper()
		if _, err := s.SyncOnce(t.Context(), st, nil); err != nil {
			t.Fatal(err)
		}
	}
	first, last := fmt.Sprint(ids[0]), fmt.Sprint(ids[2])
	note := func(word string, as records.NamedBy, want int64, says string) {
		t.Helper()
		row := intake.Row{Order: word, Write: outbox.Write{Action: outbox.Create, Resource: storage.OrderNotes}}
		found, err := s.Find(t.Context(), st, []intake.Row{row}, as)
		switch {
		case says != "":
			if text := fmt.Sprint(err, " ", problem.From(err)); err == nil || !strings.Contains(text, says) ||
				!strings.Contains(problem.From(err).Hint, "--id") {
				t.Errorf("%s by %d: %+v, %v; want %q", word, as, found, err, says)
			}
		case err != nil || found[0].ParentID != want:
			t.Errorf("%s by %d: %+v, %v; want %d", word, as, found, err, want)
		}
	}
	note(first, records.ByEither, ids[0], "") // no mirror, and no plugin
	by.Store(less)
	note(first, records.ByEither, 0, fmt.Sprintf("orders/%d", ids[1])) // no mirror
	by.Store(0)
	sync()
	note(first, records.ByEither, ids[0], "")
	note(first, records.ByNumber, ids[0], "")
	by.Store(less)
	note(first, records.ByEither, 0, fmt.Sprintf("orders/%d", ids[1])) // the mirror knows of no plugin
	note(first, records.ByNumber, 0, fmt.Sprintf("orders/%d", ids[1]))
	note(last, records.ByEither, 0, "other numbers than the mirror knows")
	note(last, records.ByNumber, 0, fmt.Sprintf("has the number %d", ids[2]-less))
	note(first, records.ByID, ids[0], "")
	by.Store(-1)
	note(last, records.ByEither, 0, "could not be asked")
	note(first, records.ByID, ids[0], "") // needs no question
	by.Store(less)
	sync()
	note(first, records.ByNumber, ids[1], "")
	note(last, records.ByEither, ids[2], "")       // no order has it for its number
	fresh := b.order(t, `{"status":"processing"}`) // which the mirror lacks: its number is the last one's id
	note(last, records.ByEither, 0, fmt.Sprintf("orders/%d (number %s)", fresh, last))
}
