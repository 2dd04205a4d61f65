package shop

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/vault"
	"github.com/waybillhq/waybill/woo"
)

// Secrets is what is sealed for a store.
type Secrets struct {
	Key    string `json:"key"`
	Secret string `json:"secret"`
	// SiteUser and SitePassword open a password in front of the whole site, as staging sites have.
	SiteUser     string `json:"site_user,omitempty"`
	SitePassword string `json:"site_password,omitempty"`
}

// Woo is the WooCommerce key among the secrets, as the client takes it.
func (sec Secrets) Woo() woo.Credentials { return woo.Credentials{Key: sec.Key, Secret: sec.Secret} }

const purposeCredentials = "store credentials"

// owner ties sealed credentials to the addresses they may be sent to: whoever changes one of them in the database makes
// the credentials unreadable.
func owner(st storage.Store) string { return st.HomeURL + " " + st.RESTRoot }

// Keys seals and opens the secrets of stores. It is safe for concurrent use.
type Keys struct {
	dir    string
	getenv func(string) string

	mu    sync.Mutex
	vault *vault.Vault
}

// OpenKeys opens the keys of a data directory, with the master key in it or in the environment. Sealed names the stores
// whose keys are sealed already: where there are any, no master key is made in place of one that is missing.
func OpenKeys(dir string, getenv func(string) string, sealed string) (*Keys, error) {
	open := vault.Open
	if sealed != "" {
		open = vault.Existing
	}
	v, err := open(dir, getenv)
	if problem.Is(err, problem.MasterKeyMissing) {
		return nil, masterKeyMissing(dir, sealed, err)
	}
	if err != nil {
		return nil, err
	}
	return &Keys{dir: dir, getenv: getenv, vault: v}, nil
}

func (k *Keys) current() *vault.Vault {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.vault
}

func (k *Keys) replace(v *vault.Vault) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.vault = v
}

// Hold keeps the master key from being replaced until release is called, by this process or another: secrets that are
// sealed meanwhile are in the database before their master key can be replaced.
func (k *Keys) Hold(ctx context.Context) (release func(), err error) {
	if release, err = vault.Hold(ctx, k.dir, k.getenv); err != nil {
		return nil, err
	}
	now, err := vault.Existing(k.dir, k.getenv) // another process may have replaced it
	if err != nil {
		release()
		return nil, err
	}
	k.replace(now)
	return release, nil
}

// Seal encrypts secrets for a store. Call Hold first, and release the key when the secrets are kept.
func (k *Keys) Seal(st storage.Store, sec Secrets) ([]byte, error) {
	plain, err := json.Marshal(sec)
	if err != nil {
		return nil, err
	}
	return k.current().Seal(owner(st), purposeCredentials, plain)
}

// purposeCheck is the purpose under which a key check is sealed.
const purposeCheck = "key check"

// Check is something sealed with the master key in use, by which others see whether they have the same.
func (k *Keys) Check() ([]byte, error) { return k.current().Seal("", purposeCheck, []byte("waybill")) }

// Fits says whether the master key opens a check that [Keys.Check] has made, and whether an earlier master key was
// needed for that.
func (k *Keys) Fits(check []byte) (fits, earlier bool) {
	if _, err := k.unseal("", purposeCheck, check); err != nil {
		return false, false
	}
	_, earlier, err := k.current().Rewrap("", purposeCheck, check)
	return true, earlier && err == nil
}

// Opens says whether the master key opens what is sealed for a store, if anything is.
func (k *Keys) Opens(st storage.Store) bool {
	if len(st.Credentials.Sealed) == 0 {
		return true
	}
	_, err := k.open(st)
	return err == nil
}

// Of reads a store's credentials, from the vault or the environment.
func (k *Keys) Of(st storage.Store) (Secrets, error) {
	if prefix := st.Credentials.Environment; prefix != "" {
		key, secret := k.getenv(prefix+"_KEY"), k.getenv(prefix+"_SECRET")
		if key == "" || secret == "" {
			return Secrets{}, keyNotGiven(st, prefix)
		}
		return Secrets{Key: key, Secret: secret}, nil
	}
	plain, err := k.open(st)
	if err != nil {
		return Secrets{}, err
	}
	var sec Secrets
	if err := json.Unmarshal(plain, &sec); err != nil {
		return Secrets{}, keyDamaged(st, err)
	}
	return sec, nil
}

// open decrypts what is sealed for a store.
func (k *Keys) open(st storage.Store) ([]byte, error) {
	plain, err := k.unseal(owner(st), purposeCredentials, st.Credentials.Sealed)
	if problem.Is(err, problem.CredentialsUnreadable) {
		return nil, keyClosed(st, err)
	}
	return plain, err
}

const purposeHook = "webhook secrets"

// hookOwner ties the webhook secrets of a store to the store, whatever its address.
func hookOwner(st storage.Store) string { return strconv.FormatInt(st.ID, 10) }

// SealHook encrypts the secrets that a store signs its webhooks with. Call Hold first, as for [Keys.Seal].
func (k *Keys) SealHook(st storage.Store, plain []byte) ([]byte, error) {
	return k.current().Seal(hookOwner(st), purposeHook, plain)
}

// OpenHook decrypts the secrets that a store signs its webhooks with.
func (k *Keys) OpenHook(st storage.Store) ([]byte, error) {
	return k.unseal(hookOwner(st), purposeHook, st.Credentials.Hook)
}

const purposeSubscription = "subscription"

// SealSubscription encrypts how a receiver is reached and what is signed with. Hold the key until it is kept.
func (k *Keys) SealSubscription(s storage.Subscription, plain []byte) ([]byte, error) {
	return k.current().Seal(s.Key, purposeSubscription, plain)
}

// OpenSubscription decrypts how a receiver is reached and what is signed with.
func (k *Keys) OpenSubscription(s storage.Subscription) ([]byte, error) {
	return k.unseal(s.Key, purposeSubscription, s.Sealed)
}

const purposeChannel = "channel"

// SealChannel encrypts how a channel of alerts is reached. Hold the key until it is kept.
func (k *Keys) SealChannel(c storage.Channel, plain []byte) ([]byte, error) {
	return k.current().Seal(c.Name, purposeChannel, plain)
}

// OpenChannel decrypts how a channel of alerts is reached.
func (k *Keys) OpenChannel(c storage.Channel) ([]byte, error) {
	return k.unseal(c.Name, purposeChannel, c.Sealed)
}

const purposeConnection = "connection"

// connectionOwner ties what is sealed of a connection to its shop.
func connectionOwner(c storage.Connection) string { return c.ID + " " + c.HomeURL }

// SealConnection encrypts what is secret of a shop on its way of being connected. Hold the key until it is kept.
func (k *Keys) SealConnection(c storage.Connection, plain []byte) ([]byte, error) {
	return k.current().Seal(connectionOwner(c), purposeConnection, plain)
}

// OpenConnection decrypts what is secret of a shop on its way of being connected.
func (k *Keys) OpenConnection(c storage.Connection) ([]byte, error) {
	return k.unseal(connectionOwner(c), purposeConnection, c.Sealed)
}

const purposeUser = "user codes"

// userOwner ties what codes are made of to their user.
func userOwner(id int64) string { return strconv.FormatInt(id, 10) }

// SealUser encrypts what the codes of a user's device are made of. Hold the key until it is kept.
func (k *Keys) SealUser(userID int64, plain []byte) ([]byte, error) {
	return k.current().Seal(userOwner(userID), purposeUser, plain)
}

// OpenUser decrypts what the codes of a user's device are made of.
func (k *Keys) OpenUser(userID int64, sealed []byte) ([]byte, error) {
	return k.unseal(userOwner(userID), purposeUser, sealed)
}

// unseal decrypts. Where that fails it reads the master key once more, because another process may have changed it.
func (k *Keys) unseal(owner, purpose string, sealed []byte) ([]byte, error) {
	plain, err := k.current().Open(owner, purpose, sealed)
	if !problem.Is(err, problem.CredentialsUnreadable) {
		return plain, err
	}
	fresh, freshErr := vault.Existing(k.dir, k.getenv)
	if freshErr != nil {
		return nil, err
	}
	if plain, freshErr = fresh.Open(owner, purpose, sealed); freshErr != nil {
		return nil, err
	}
	k.replace(fresh)
	return plain, nil
}

// Reseal seals anew what is kept encrypted, and says whether that was sealed with another master key.
type Reseal struct{ with *vault.Vault }

// Resealed seals with the master key in use.
func (k *Keys) Resealed() Reseal { return Reseal{k.current()} }

// Store gives the credentials of a store.
func (r Reseal) Store(st storage.Store) (storage.Credentials, bool, error) {
	return resealed(r.with, st)
}

// Subscription gives what is sealed of a subscription.
func (r Reseal) Subscription(s storage.Subscription) (sealed []byte, changed bool, err error) {
	return r.with.Rewrap(s.Key, purposeSubscription, s.Sealed)
}

// Channel gives what is sealed of a channel of alerts.
func (r Reseal) Channel(c storage.Channel) (sealed []byte, changed bool, err error) {
	return r.with.Rewrap(c.Name, purposeChannel, c.Sealed)
}

// Connection gives what is sealed of a shop on its way of being connected.
func (r Reseal) Connection(c storage.Connection) (sealed []byte, changed bool, err error) {
	return r.with.Rewrap(connectionOwner(c), purposeConnection, c.Sealed)
}

// User gives what the codes of a user's device are made of.
func (r Reseal) User(u storage.User) (sealed []byte, changed bool, err error) {
	return r.with.Rewrap(userOwner(u.ID), purposeUser, u.TOTP)
}

func resealed(v *vault.Vault, st storage.Store) (c storage.Credentials, changed bool, err error) {
	c = st.Credentials
	if len(c.Sealed) > 0 {
		if c.Sealed, changed, err = v.Rewrap(owner(st), purposeCredentials, c.Sealed); err != nil {
			return c, changed, err
		}
	}
	if len(c.Hook) > 0 {
		hook, again, err := v.Rewrap(hookOwner(st), purposeHook, c.Hook)
		if err != nil {
			hook, again = nil, true // one that cannot be read is made anew, and keeps no key alive
		}
		c.Hook, changed = hook, changed || again
	}
	return c, changed, nil
}

// Rotate makes a new master key. all gets the function that seals with the new key, and must seal everything by it.
// Where something cannot be read the old key is kept, because without it that could never be read again.
func (k *Keys) Rotate(ctx context.Context, all func(Reseal) error) error {
	rotation, err := vault.BeginRotation(ctx, k.dir, k.getenv)
	if err != nil {
		return err
	}
	defer rotation.Close()
	if err := all(Reseal{rotation.Vault}); err != nil {
		return err
	}
	k.replace(rotation.Vault)
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
