package access

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/storage"
)

var groupName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$`)

// CreateGroup makes a group. The error is a problem with code group_exists when there is one with this name.
func (k *Keeper) CreateGroup(ctx context.Context, name string) (g storage.Group, err error) {
	if !groupName.MatchString(name) {
		return g, noGroupName(name)
	}
	err = k.db.Within(ctx, func(tx storage.Tx) error {
		g, err = tx.AddGroup(ctx, storage.Group{Name: name})
		return err
	})
	if errors.Is(err, storage.ErrExists) {
		return g, groupExists(name, err)
	}
	return g, err
}

// Groups lists the groups that a caller may know of: its own, or all.
func (k *Keeper) Groups(ctx context.Context, by Caller) ([]storage.Group, error) {
	if by.GroupID == 0 {
		return k.db.Groups(ctx)
	}
	g, err := k.db.Group(ctx, by.GroupID)
	return []storage.Group{g}, err
}

// Group returns a group by its name. For a caller of another group it does not exist.
func (k *Keeper) Group(ctx context.Context, by Caller, name string) (storage.Group, error) {
	groups, err := k.Groups(ctx, by)
	if err != nil {
		return storage.Group{}, err
	}
	for _, g := range groups {
		if g.Name == name {
			return g, nil
		}
	}
	return storage.Group{}, groupNotFound(name)
}

// GroupNames returns the names of the groups that a caller may know of, by their ids.
func (k *Keeper) GroupNames(ctx context.Context, by Caller) (map[int64]string, error) {
	groups, err := k.Groups(ctx, by)
	names := make(map[int64]string, len(groups))
	for _, g := range groups {
		names[g.ID] = g.Name
	}
	return names, err
}

// RemoveGroup removes a group with its tokens, which end at once. The error is a problem while a store is in the group.
func (k *Keeper) RemoveGroup(ctx context.Context, name string) (storage.Group, error) {
	g, err := k.Group(ctx, Local(""), name)
	if err != nil {
		return g, err
	}
	err = k.db.Within(ctx, func(tx storage.Tx) error { return tx.DropGroup(ctx, g.ID) })
	switch {
	case errors.Is(err, storage.ErrInUse):
		held, listErr := k.storesOf(ctx, g.ID)
		if listErr != nil {
			return g, listErr
		}
		listed := strings.Join(held, ", ")
		return g, groupInUse(name, listed, held, err)
	case errors.Is(err, storage.ErrNotFound):
		return g, groupNotFound(name)
	}
	return g, err
}

// storesOf returns the names of the stores in a group.
func (k *Keeper) storesOf(ctx context.Context, group int64) ([]string, error) {
	stores, err := k.db.Stores(ctx)
	var names []string
	for _, st := range stores {
		if st.GroupID == group {
			names = append(names, st.Name)
		}
	}
	return names, err
}

// MoveStore moves a store into a group; an empty name moves it out of its group. The store's mirror and its waiting
// writes stay with it.
func (k *Keeper) MoveStore(ctx context.Context, storeID int64, group string) (storage.Store, error) {
	var g storage.Group
	var err error
	if group != "" {
		if g, err = k.Group(ctx, Local(""), group); err != nil {
			return storage.Store{}, err
		}
	}
	return ledger.ChangeStore(ctx, k.db, storeID, func(_ storage.Tx, st *storage.Store) error {
		st.GroupID = g.ID
		return nil
	})
}
