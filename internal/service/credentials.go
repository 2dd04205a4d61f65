package service

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/vault"
	"github.com/waybillhq/waybill/woo"
)

// secrets is what is sealed for a store.
type secrets struct {
	Key    string `json:"key"`
	Secret string `json:"secret"`
	// SiteUser and SitePassword open a password in front of the whole site,
	// as staging sites have.
	SiteUser     string `json:"site_user,omitempty"`
	SitePassword string `json:"site_password,omitempty"`
}

const purposeCredentials = "store credentials"

// owner ties sealed credentials to the addresses they may be sent to: whoever changes one of them in the database makes
// the credentials unreadable.
func owner(st storage.Store) string { return st.HomeURL + " " + st.RESTRoot }

func (s *Service) seal(st storage.Store, sec secrets) ([]byte, error) {
	plain, err := json.Marshal(sec)
	if err != nil {
		return nil, err
	}
	return s.vault.Seal(owner(st), purposeCredentials, plain)
}

// secretsOf reads a store's credentials, from the vault or the environment.
func (s *Service) secretsOf(st storage.Store) (secrets, error) {
	if prefix := st.Credentials.Environment; prefix != "" {
		key, secret := s.opts.Getenv(prefix+"_KEY"), s.opts.Getenv(prefix+"_SECRET")
		if key == "" || secret == "" {
			return secrets{}, problem.New(problem.CredentialsMissing,
				"the key of store %s is not stored and %s_KEY and %s_SECRET are not set", st.Name, prefix, prefix).
				Next("Set both variables, or store a key with: waybill stores rekey %s", st.Name)
		}
		return secrets{Key: key, Secret: secret}, nil
	}
	plain, err := s.vault.Open(owner(st), purposeCredentials, st.Credentials.Sealed)
	if err != nil {
		return secrets{}, err
	}
	var sec secrets
	if err := json.Unmarshal(plain, &sec); err != nil {
		return secrets{}, problem.Wrap(problem.CredentialsUnreadable, err, "the stored credentials of %s are damaged",
			st.Name).
			Next("Replace them: waybill stores rekey %s", st.Name)
	}
	return sec, nil
}

// rewrapCredentials seals anew what an earlier master key sealed. Credentials that cannot be read stay as they are: the
// key may come back, and a person must be told when the store is used, not when another one is.
func (s *Service) rewrapCredentials(ctx context.Context) error {
	return s.rewrapWith(ctx, s.vault, false)
}

func (s *Service) rewrapWith(ctx context.Context, v *vault.Vault, strict bool) error {
	stores, err := s.db.Stores(ctx)
	if err != nil {
		return err
	}
	for _, st := range stores {
		// Looked at outside a transaction first: most starts change nothing.
		if _, changed, err := rewrapped(v, st); err != nil {
			if strict {
				return err
			}
			s.opts.Logger.WarnContext(ctx, "stored credentials cannot be read", "store", st.Name, "error", err)
			continue
		} else if !changed {
			continue
		}
		_, err := ledger.ChangeStore(ctx, s.db, st.ID, func(_ storage.Tx, st *storage.Store) error {
			st.Credentials, _, err = rewrapped(v, *st)
			return err
		})
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
	}
	return nil
}

// rewrapped are a store's credentials sealed with the key in use, and whether they were sealed with another one.
func rewrapped(v *vault.Vault, st storage.Store) (storage.Credentials, bool, error) {
	if len(st.Credentials.Sealed) == 0 {
		return st.Credentials, false, nil
	}
	sealed, changed, err := v.Rewrap(owner(st), purposeCredentials, st.Credentials.Sealed)
	return storage.Credentials{Sealed: sealed}, changed, err
}

// RotateMasterKey makes a new master key and seals everything with it.
func (s *Service) RotateMasterKey(ctx context.Context) error {
	rotation, err := vault.BeginRotation(s.opts.Config.Data, s.opts.Getenv)
	if err != nil {
		return err
	}
	// Credentials that cannot be read keep the old key alive: dropping it would make that final.
	if err := s.rewrapWith(ctx, rotation.Vault, true); err != nil {
		return err
	}
	s.vault = rotation.Vault
	return rotation.Finish()
}

// ShowKey is how a consumer key may be shown: its last seven characters, as WooCommerce itself lists it.
func ShowKey(key string) string {
	const shown = 7
	if len(key) <= shown+len("ck_") || !strings.HasPrefix(key, "ck_") {
		return "(key)"
	}
	return "ck_…" + key[len(key)-shown:]
}

// checkCredentials refuses what cannot be a key and a secret, before anything is sent anywhere.
func checkCredentials(key, secret string) error {
	switch {
	case key == "" || secret == "":
		return problem.New(problem.CredentialsMissing, "a consumer key and a consumer secret are needed").
			Next("Make them in WooCommerce > Settings > Advanced > REST API and set WAYBILL_KEY and WAYBILL_SECRET")
	case strings.HasPrefix(key, "cs_") && strings.HasPrefix(secret, "ck_"):
		return problem.New(problem.Usage, "key and secret are swapped: the key begins with ck_, the secret with cs_").
			Next("Give them the other way round")
	case strings.ContainsAny(key+secret, " \t\r\n"):
		return problem.New(problem.Usage, "the key or the secret holds a blank or a line break").
			Next("Copy them again, without blanks around them")
	}
	return nil
}

func (sec secrets) woo() woo.Credentials { return woo.Credentials{Key: sec.Key, Secret: sec.Secret} }
