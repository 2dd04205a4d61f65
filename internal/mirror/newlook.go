package mirror

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
)

// A store begins to show all its records differently when its WooCommerce is updated, its time zone, decimals or
// address change, or a plugin adds a member: members come, go and change while the dates stay. The versions and
// decimals that the store tells show it (about.go), and the oldest record that each census reads does (census.go).
// Every collection is then compared once in every field. The update of the store's database comes later than that of
// its code and changes records once more (docs/woocommerce/versions.md#database-update).
//
// newLook notes the time and the collections that are to be compared. The transaction that ends the comparison of a
// collection removes it from the note, so that a step that dies in between forgets nothing.
func (s *step) newLook(ctx context.Context) error {
	s.About.NewLook, s.About.Compare = s.Now(), nil
	for _, c := range roster.Collections {
		s.About.Compare = append(s.About.Compare, c.Resource)
	}
	marks, err := s.wholeFamilies(ctx)
	if err != nil {
		return err
	}
	var lists state.ListState
	if err := state.Load(ctx, s.repo, s.StoreID, state.ListsName, &lists); err != nil {
		return err
	}
	lists.At, lists.Next = time.Time{}, 0
	return s.writer.put(
		storage.Batch{
			Marks:   marks,
			Cursors: []storage.Cursor{s.aboutCursor(), s.stirred(), state.Cursor(state.ListsName, lists)},
		},
	)
}

// wholeFamilies returns marks for all records that are read below their parents.
func (s *step) wholeFamilies(ctx context.Context) ([]storage.Mark, error) {
	var marks []storage.Mark
	mark := func(resource storage.Resource, parent int64) {
		marks = append(marks,
			storage.Mark{Resource: resource, ParentID: parent, Reason: "the store shows its records differently"})
	}
	q := storage.Query{StoreID: s.StoreID, Resource: storage.Products, WithTrash: true}
	for held, err := range s.repo.Records(ctx, q) {
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(reading.OrEmpty(storage.Products, held.Raw).Kind, "variable") {
			mark(storage.Variations, held.ID)
		}
	}
	resources := []storage.Resource{storage.OrderNotes, storage.Fulfillments}
	if s.RefundsByOrder {
		resources = append(resources, storage.Refunds)
	}
	for _, resource := range resources {
		seen := map[int64]bool{}
		for held, err := range s.repo.Records(ctx, storage.Query{StoreID: s.StoreID, Resource: resource}) {
			if err != nil {
				return nil, err
			}
			if !seen[held.ParentID] {
				seen[held.ParentID] = true
				mark(resource, held.ParentID)
			}
		}
	}
	return marks, nil
}

// looksNewSince returns when the store began to show a collection differently; zero if the collection was compared
// since.
func (s *step) looksNewSince(c *roster.Collection) time.Time {
	if slices.Contains(s.About.Compare, c.Resource) {
		return s.About.NewLook
	}
	return time.Time{}
}

// looked removes a collection from the note of newLook if it was compared in every field, from the time from on. It
// returns the cursors that the caller must save in the transaction that ends the comparison.
func (s *step) looked(c *roster.Collection, from time.Time, deep bool) []storage.Cursor {
	if since := s.looksNewSince(c); since.IsZero() || !deep || from.Before(since) {
		return nil
	}
	s.About.Compare = slices.DeleteFunc(s.About.Compare, func(r storage.Resource) bool { return r == c.Resource })
	return []storage.Cursor{s.aboutCursor()}
}
