package storagetest

import (
	"net/netip"
	"reflect"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var access = map[string]func(*bundle){
	"groups are kept by name":                     groupsAreKept,
	"a group with a store cannot go":              groupsInUseStay,
	"a group goes with its tokens":                groupsGoWithTokens,
	"tokens are kept with everything about them":  tokensAreKept,
	"a revoked token stays revoked":               tokensAreRevoked,
	"the audit log is read from its end":          auditIsRead,
	"changes of a group are those of its stores":  changesOfGroups,
	"a store that leaves a group takes its state": storesMoveBetweenGroups,
}

func (b *bundle) group(name string) (made storage.Group) {
	b.Helper()
	b.within(func(tx storage.Tx) {
		var err error
		made, err = tx.AddGroup(b.ctx, storage.Group{Name: name})
		b.ok(err)
	})
	return made
}

func (b *bundle) token(k storage.Token) (made storage.Token) {
	b.Helper()
	b.within(func(tx storage.Tx) {
		var err error
		made, err = tx.AddToken(b.ctx, k)
		b.ok(err)
	})
	return made
}

// into puts a store into a group.
func (b *bundle) into(storeID, groupID int64) {
	b.Helper()
	b.within(func(tx storage.Tx) {
		st, err := tx.LockStore(b.ctx, storeID)
		b.ok(err)
		st.GroupID = groupID
		b.ok(tx.SaveStore(b.ctx, st))
	})
}

func groupsAreKept(b *bundle) {
	second, first := b.group("zeta"), b.group("acme")
	all, err := b.db.Groups(b.ctx)
	b.ok(err)
	if !reflect.DeepEqual(all, []storage.Group{first, second}) || first.ID == 0 || first.CreatedAt.IsZero() {
		b.Errorf("the list is %+v", all)
	}
	one, err := b.db.Group(b.ctx, second.ID)
	b.ok(err)
	if one != second {
		b.Errorf("got %+v, want %+v", one, second)
	}
	_, err = b.db.Group(b.ctx, 999)
	b.fails(err, storage.ErrNotFound)
	b.fails(b.db.Within(b.ctx, func(tx storage.Tx) error {
		_, err := tx.AddGroup(b.ctx, storage.Group{Name: "acme"})
		return err
	}), storage.ErrExists)
	b.fails(b.db.Within(b.ctx, func(tx storage.Tx) error { return tx.DropGroup(b.ctx, 999) }), storage.ErrNotFound)
}

func groupsInUseStay(b *bundle) {
	g := b.group("acme")
	var made storage.Store
	b.within(func(tx storage.Tx) {
		var err error
		made, err = tx.CreateStore(b.ctx, storage.Store{Name: "in", HomeURL: "https://in.example", GroupID: g.ID})
		b.ok(err)
	})
	if st, err := b.db.Store(b.ctx, made.ID); err != nil || st.GroupID != g.ID {
		b.Errorf("the store is in group %d (%v)", st.GroupID, err)
	}
	drop := func(tx storage.Tx) error { return tx.DropGroup(b.ctx, g.ID) }
	b.fails(b.db.Within(b.ctx, drop), storage.ErrInUse)
	b.into(made.ID, 0)
	b.ok(b.db.Within(b.ctx, drop))
	if st, err := b.db.Store(b.ctx, made.ID); err != nil || st.GroupID != 0 {
		b.Errorf("after its group went the store is in group %d (%v)", st.GroupID, err)
	}
}

func groupsGoWithTokens(b *bundle) {
	g, other := b.group("acme"), b.group("other")
	b.token(storage.Token{Prefix: "aaaaaaaa", GroupID: g.ID})
	kept := b.token(storage.Token{Prefix: "bbbbbbbb", GroupID: other.ID})
	b.ok(b.db.Within(b.ctx, func(tx storage.Tx) error { return tx.DropGroup(b.ctx, g.ID) }))
	_, err := b.db.TokenByPrefix(b.ctx, "aaaaaaaa")
	b.fails(err, storage.ErrNotFound)
	all, err := b.db.Tokens(b.ctx, 0)
	b.ok(err)
	if len(all) != 1 || all[0].ID != kept.ID {
		b.Errorf("left are %+v", all)
	}
	b.fails(b.db.Within(b.ctx, func(tx storage.Tx) error {
		_, err := tx.AddToken(b.ctx, storage.Token{Prefix: "cccccccc", GroupID: g.ID})
		return err
	}), storage.ErrNotFound)
}

func tokensAreKept(b *bundle) {
	g := b.group("acme")
	want := storage.Token{Prefix: "abcdefgh", Hash: [storage.TokenHashSize]byte{1, 0, 255}, Name: "ÜRP", GroupID: g.ID,
		Scopes:    []string{"records:read", "writes:write"},
		Networks:  []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")},
		CreatedBy: "command line (sam)", ExpiresAt: noon.Add(time.Hour)}
	made := b.token(want)
	want.ID, want.CreatedAt = made.ID, made.CreatedAt
	bare := b.token(storage.Token{Prefix: "bare0000", Scopes: []string{"admin"}})
	got, err := b.db.TokenByPrefix(b.ctx, "abcdefgh")
	b.ok(err)
	if !reflect.DeepEqual(got, want) || got.ID == 0 || got.CreatedAt.IsZero() {
		b.Errorf("got %+v, want %+v", got, want)
	}
	for id, want := range map[int64][]int64{0: {made.ID, bare.ID}, g.ID: {made.ID}} {
		all, err := b.db.Tokens(b.ctx, id)
		b.ok(err)
		ids := []int64{}
		for _, k := range all {
			ids = append(ids, k.ID)
		}
		if !reflect.DeepEqual(ids, want) {
			b.Errorf("tokens of group %d are %v, want %v", id, ids, want)
		}
	}
	_, err = b.db.TokenByPrefix(b.ctx, "ABCDEFGH")
	b.fails(err, storage.ErrNotFound)
	b.fails(b.db.Within(b.ctx, func(tx storage.Tx) error {
		_, err := tx.AddToken(b.ctx, storage.Token{Prefix: "abcdefgh"})
		return err
	}), storage.ErrExists)
}

func tokensAreRevoked(b *bundle) {
	k := b.token(storage.Token{Prefix: "abcdefgh"})
	for _, at := range []time.Time{noon, noon.Add(time.Hour)} {
		b.within(func(tx storage.Tx) { b.ok(tx.RevokeToken(b.ctx, k.ID, at)) })
	}
	b.within(func(tx storage.Tx) {
		b.ok(tx.UseToken(b.ctx, k.ID, noon.Add(time.Minute)))
		b.ok(tx.UseToken(b.ctx, 999, noon))
	})
	got, err := b.db.TokenByPrefix(b.ctx, "abcdefgh")
	b.ok(err)
	if !got.RevokedAt.Equal(noon) || !got.UsedAt.Equal(noon.Add(time.Minute)) {
		b.Errorf("got %+v", got)
	}
	b.fails(b.db.Within(b.ctx, func(tx storage.Tx) error { return tx.RevokeToken(b.ctx, 999, noon) }),
		storage.ErrNotFound)
}

func auditIsRead(b *bundle) {
	entries := []storage.AuditEntry{
		{At: noon, Actor: "abcdefgh", Name: "ERP", GroupID: 7, Action: "pause-store", Object: "shop", From: "10.0.0.1",
			RequestID: "r1", Status: 200},
		{At: noon.Add(time.Hour), Action: "list-stores", From: "10.0.0.2", Status: 401, Code: "token_invalid", Left: 3},
	}
	b.within(func(tx storage.Tx) { b.ok(tx.LogAudit(b.ctx, entries)) })
	all, err := b.db.Audit(b.ctx, storage.AuditQuery{})
	b.ok(err)
	if len(all) != 2 || all[0].Seq <= all[1].Seq {
		b.Fatalf("got %+v", all)
	}
	for i, want := range []storage.AuditEntry{entries[1], entries[0]} {
		want.Seq = all[i].Seq
		if all[i] != want {
			b.Errorf("got %+v, want %+v", all[i], want)
		}
	}
	for name, q := range map[string]storage.AuditQuery{
		"of a group":  {GroupID: 7},
		"of an actor": {Actor: "abcdefgh"},
		"from before": {BeforeSeq: all[0].Seq},
	} {
		if some, err := b.db.Audit(b.ctx, q); err != nil || len(some) != 1 || some[0] != all[1] {
			b.Errorf("%s: %+v, %v", name, some, err)
		}
	}
	if some, err := b.db.Audit(b.ctx, storage.AuditQuery{Limit: 1}); err != nil || len(some) != 1 || some[0] != all[0] {
		b.Errorf("the last one is %+v, %v", some, err)
	}
	b.within(func(tx storage.Tx) { b.ok(tx.DropAudit(b.ctx, noon.Add(time.Minute))) })
	if left, err := b.db.Audit(b.ctx, storage.AuditQuery{}); err != nil || len(left) != 1 || left[0] != all[0] {
		b.Errorf("left is %+v, %v", left, err)
	}
}

func changesOfGroups(b *bundle) {
	g, empty := b.group("acme"), b.group("empty")
	inside := b.create("inside")
	b.into(inside.ID, g.ID)
	b.add(record(1, `"x"`))
	want := b.addTo(inside.ID, record(2, `"y"`))
	b.add(record(3, `"z"`))
	got, err := b.db.Changes(b.ctx, storage.ChangeQuery{GroupID: g.ID})
	b.ok(err)
	if len(got) != 1 || got[0].Seq != want || got[0].StoreID != inside.ID {
		b.Errorf("got %+v", got)
	}
	for _, q := range []storage.ChangeQuery{{GroupID: empty.ID}, {GroupID: g.ID, StoreID: b.store.ID}} {
		if got, err := b.db.Changes(b.ctx, q); err != nil || len(got) > 0 {
			b.Errorf("%+v: got %+v, %v", q, got, err)
		}
	}
}

func storesMoveBetweenGroups(b *bundle) {
	b.add(record(1, `"x"`))
	for _, name := range []string{"one", "two"} {
		g := b.group(name)
		b.into(b.store.ID, g.ID)
		got, err := b.db.Changes(b.ctx, storage.ChangeQuery{GroupID: g.ID})
		if err != nil || len(got) != 1 {
			b.Errorf("in group %s: %+v, %v", name, got, err)
		}
	}
}
