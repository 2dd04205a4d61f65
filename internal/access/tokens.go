package access

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// NewToken describes a token to be made.
type NewToken struct {
	// Name says what the token is for.
	Name string
	// Group confines the token to a group; empty for the group of the caller who makes it.
	Group  string
	Scopes []Scope
	// Networks are where the token may be used from; an empty list means anywhere.
	Networks []netip.Prefix
	// ExpiresAt is when the token ends; zero for never.
	ExpiresAt time.Time
}

// Made is a new token with its secret, which is shown only once.
type Made struct {
	storage.Token
	Secret string
}

const longestName = 100

// CreateToken makes a token. The token allows no more than the caller may do.
func (k *Keeper) CreateToken(ctx context.Context, by Caller, n NewToken) (Made, error) {
	if err := checkTokenName(n.Name); err != nil {
		return Made{}, err
	}
	t := storage.Token{Name: n.Name, GroupID: by.GroupID, CreatedBy: by.Actor, ExpiresAt: n.ExpiresAt.UTC(),
		Networks: n.Networks}
	if n.ExpiresAt.IsZero() {
		t.ExpiresAt = time.Time{}
	}
	if n.Group != "" {
		g, err := k.Group(ctx, by, n.Group)
		if err != nil {
			return Made{}, err
		}
		t.GroupID = g.ID
	}
	if err := checkScopes(n.Scopes, t.GroupID); err != nil {
		return Made{}, err
	}
	for _, s := range n.Scopes {
		if !slices.Contains(t.Scopes, string(s)) {
			t.Scopes = append(t.Scopes, string(s))
		}
	}
	if !t.ExpiresAt.IsZero() && !k.opts.Now().Before(t.ExpiresAt) {
		return Made{}, expiredAlready()
	}
	t, err := derived(by, t)
	if err != nil {
		return Made{}, err
	}
	for {
		made := Made{Token: t}
		made.Prefix, made.Secret = mint()
		made.Hash = hash(made.Secret)
		err := k.db.Within(ctx, func(tx storage.Tx) (err error) {
			made.Token, err = tx.AddToken(ctx, made.Token)
			return err
		})
		switch {
		case errors.Is(err, storage.ErrExists):
			continue // the prefix, one of 218,340,105,584,896, was taken
		case errors.Is(err, storage.ErrNotFound):
			return Made{}, groupNotFound(n.Group)
		}
		return made, err
	}
}

func checkTokenName(name string) error {
	if name == "" || len(name) > longestName {
		return noTokenName()
	}
	return nil
}

// derived limits a token to what its maker has. Where a bound is left open, the maker's bound is used.
func derived(by Caller, t storage.Token) (storage.Token, error) {
	for _, s := range t.Scopes {
		if err := Allowed(by, Scope(s)); err != nil {
			return t, cannotGive(s, err)
		}
	}
	maker, token := by.Token()
	if !token {
		return t, nil
	}
	if len(maker.Networks) > 0 {
		if len(t.Networks) == 0 {
			t.Networks = maker.Networks
		}
		for _, n := range t.Networks {
			if !slices.ContainsFunc(maker.Networks, func(m netip.Prefix) bool {
				return m.Bits() <= n.Bits() && m.Contains(n.Addr())
			}) {
				return t, networkOutside(n)
			}
		}
	}
	if !maker.ExpiresAt.IsZero() {
		if t.ExpiresAt.IsZero() {
			t.ExpiresAt = maker.ExpiresAt
		}
		if t.ExpiresAt.After(maker.ExpiresAt) {
			return t, outlives(maker.ExpiresAt)
		}
	}
	return t, nil
}

// Tokens lists the tokens that a caller may know of.
func (k *Keeper) Tokens(ctx context.Context, by Caller) ([]storage.Token, error) {
	return k.db.Tokens(ctx, by.GroupID)
}

// RevokeToken ends a token, named by its prefix, with or without the wbt_ in front, or by its name where no other one
// has that. Ending a token twice is no error.
func (k *Keeper) RevokeToken(ctx context.Context, by Caller, named string) (storage.Token, error) {
	name, marked := strings.CutPrefix(named, marker)
	if marked && len(name) > prefixLength {
		name = name[:prefixLength] // a whole token was given: its secret is dropped
	}
	t, err := k.db.TokenByPrefix(ctx, name)
	if errors.Is(err, storage.ErrNotFound) || err == nil && by.GroupID != 0 && t.GroupID != by.GroupID {
		if t, err = k.tokenCalled(ctx, by, named); err == nil {
			name = t.Prefix
		}
	}
	if err != nil {
		return t, err
	}
	err = k.db.Within(ctx, func(tx storage.Tx) error { return tx.RevokeToken(ctx, t.ID, k.opts.Now()) })
	if err != nil {
		return t, err
	}
	return k.db.TokenByPrefix(ctx, name)
}

// tokenCalled is the one token of that name among those that have not ended.
func (k *Keeper) tokenCalled(ctx context.Context, by Caller, name string) (found storage.Token, err error) {
	all, err := k.Tokens(ctx, by)
	if err != nil {
		return found, err
	}
	var prefixes []string
	for _, t := range all {
		if t.Name == name && t.RevokedAt.IsZero() {
			found, prefixes = t, append(prefixes, t.Prefix)
		}
	}
	switch len(prefixes) {
	case 0:
		if secret, marked := strings.CutPrefix(name, marker); marked {
			name = marker + secret[:min(len(secret), prefixLength)]
		}
		return found, tokenNotFound(name)
	case 1:
		return found, nil
	}
	return found, severalTokens(name, prefixes)
}
