package stores

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Connection is what a person gives to connect a store.
type Connection struct {
	// URL is what the person pasted: the shop, its wp-admin, or its REST root.
	URL string
	// Key and Secret are the consumer key and secret.
	Key, Secret string
	// Name is the store's name; empty derives it from the URL.
	Name string
	// Environment is the prefix of the environment variables that hold key and secret. They are read at each start and
	// not stored. When it is empty the key is stored.
	Environment string
	// Group is the id of the group for a new store; 0 for none.
	Group int64
	// Home chooses between URL and another address that the shop names as its own. If the two differ and Home is empty,
	// the error is a problem.
	Home Home
	// Doubted is for a key that another program has sent. The shop must then refuse an invented key, or this key proves
	// nothing ([ErrOpenToAll]).
	Doubted bool
	// Scopes are what the store will be used for. The first scope decides what the key is tried on. Empty means orders.
	Scopes []doctor.Scope
}

// Connected says what was found, and how requests are sent to the store.
type Connected struct {
	Store storage.Store
	// Orders is how many orders the store reports; -1 when it does not say or was not asked.
	Orders int
	// Key is the consumer key in the form that may be shown.
	Key string
	// AuthReason says why the key is sent in the chosen way.
	AuthReason string
	// Notes are other facts a person should know.
	Notes []string
}

// Connect finds the store at an address, proves with a first read that the key works, and saves both. It saves nothing
// when the store or the key does not work; the error then says why. The secret is sent only to the store's own API over
// HTTPS, or not at all when requests are signed.
func (s *Connector) Connect(ctx context.Context, c Connection) (Connected, error) {
	c.Key = strings.TrimSpace(c.Key) // WordPress removes outer blanks too
	if err := checkCredentials(c.Key, c.Secret); err != nil {
		return Connected{}, err
	}
	if err := checkName(c.Name); err != nil {
		return Connected{}, err
	}
	found, err := s.probe(ctx, c.URL, c)
	if err != nil {
		return Connected{}, err
	}
	st := found.store
	st.GroupID = c.Group
	if held, err := s.db.StoreByHome(ctx, st.HomeURL); err == nil {
		return Connected{}, alreadyConnected(held)
	}
	if st.Name, err = s.freeName(ctx, c.Name, st.HomeURL); err != nil {
		return Connected{}, err
	}
	release, err := s.ask.shops.Keys().Hold(ctx)
	if err != nil {
		return Connected{}, err
	}
	defer release()
	if st.Credentials, err = s.keep(ctx, st, found.secrets, c.Environment); err != nil {
		return Connected{}, err
	}
	word, err := s.connectedBefore(ctx, found.client, st)
	if err != nil {
		return Connected{}, err
	}
	if word != "" {
		found.notes = append(found.notes, word)
	}
	named := st.Name
	if st, err = ledger.AddStore(ctx, s.db, st, engine.Every...); err != nil {
		if errors.Is(err, storage.ErrExists) {
			return Connected{}, nameTaken(named)
		}
		return Connected{}, err
	}
	return Connected{Store: st, Orders: found.orders, Key: shop.ShowKey(c.Key), AuthReason: found.reason,
		Notes: found.notes}, nil
}

// Rekey replaces the key of a store. The mirror, its cursors and the change log stay as they are.
func (s *Connector) Rekey(ctx context.Context, name string, c Connection) (Connected, error) {
	c.Key = strings.TrimSpace(c.Key) // WordPress removes outer blanks too
	if err := checkCredentials(c.Key, c.Secret); err != nil {
		return Connected{}, err
	}
	st, err := s.ask.find.Store(ctx, name)
	if err != nil {
		return Connected{}, err
	}
	c.Home, c.Group = homeOf(st), st.GroupID
	found, err := s.probe(ctx, s.ask.addressOf(st), c)
	if elsewhere, ok := errors.AsType[*woo.HomeError](err); ok {
		return Connected{}, leadsToAnother(st, elsewhere.Named)
	}
	if err != nil {
		return Connected{}, err
	}
	if found.store.HomeURL != st.HomeURL {
		return Connected{}, leadsToAnother(st, found.store.HomeURL)
	}
	release, err := s.ask.shops.Keys().Hold(ctx)
	if err != nil {
		return Connected{}, err
	}
	defer release()
	kept, err := s.keep(ctx, found.store, found.secrets, c.Environment)
	if err != nil {
		return Connected{}, err
	}
	st, err = ledger.ChangeStore(ctx, s.db, st.ID, func(tx storage.Tx, st *storage.Store) error {
		reconnected(st, found.store, kept)
		return tx.Wake(ctx, engine.Hooks, st.ID) // another key may have webhooks where the old one might not
	})
	s.ask.shops.Forget(st.ID)
	return Connected{Store: st, Orders: found.orders, Key: shop.ShowKey(c.Key), AuthReason: found.reason,
		Notes: found.notes}, err
}

// reconnected copies into st what was found of a store that was asked with other credentials or at another address.
func reconnected(st *storage.Store, found storage.Store, kept storage.Credentials) {
	found.Facts.MethodOverride = st.Facts.MethodOverride
	kept.Hook = st.Credentials.Hook // the key changes, the webhooks' secret does not
	st.RESTRoot, st.Auth, st.Facts, st.Credentials = found.RESTRoot, found.Auth, found.Facts, kept
}

// addressOf returns a store's address, with the password in front of its site if one is stored and can be read.
func (s *Examiner) addressOf(st storage.Store) string {
	sec, err := s.shops.Keys().Of(st)
	u, parseErr := url.Parse(st.HomeURL)
	if err != nil || parseErr != nil || sec.SiteUser == "" {
		return st.HomeURL
	}
	u.User = url.UserPassword(sec.SiteUser, sec.SitePassword)
	return u.String()
}

// keep seals the credentials of a store, unless they stay in the environment. It refuses to seal with another master
// key than other processes have, because they could not open the credentials.
func (s *Connector) keep(
	ctx context.Context, st storage.Store, sec shop.Secrets, environment string,
) (storage.Credentials, error) {
	if environment != "" {
		if sec.SiteUser != "" {
			return storage.Credentials{}, passwordLost()
		}
		return storage.Credentials{Environment: environment}, nil
	}
	if err := s.CheckKey(ctx, false); err != nil {
		return storage.Credentials{}, err
	}
	sealed, err := s.ask.shops.Keys().Seal(st, sec)
	return storage.Credentials{Sealed: sealed}, err
}

// probed is a store that was found and has answered.
type probed struct {
	client  *woo.Client
	store   storage.Store
	secrets shop.Secrets
	orders  int
	reason  string
	notes   []string
}

func (s *Connector) probe(ctx context.Context, pasted string, c Connection) (probed, error) {
	opts, err := s.ask.shops.ClientOptions(c.Group)
	if err != nil {
		return probed{}, err
	}
	sec := shop.Secrets{Key: c.Key, Secret: c.Secret}
	if u, err := url.Parse(strings.TrimSpace(pasted)); err == nil && u.User != nil {
		sec.SiteUser = u.User.Username()
		sec.SitePassword, _ = u.User.Password()
	}
	conn, err := woo.Connect(ctx, pasted, sec.Woo(), append(opts, woo.WithHome(c.Home))...)
	if err != nil {
		return probed{}, shop.Explain(err)
	}
	defer conn.Client.CloseIdleConnections()
	orders, ahead, err := firstRead(ctx, conn.Client, c.Scopes)
	if err == nil && c.Doubted {
		err = refusesOthers(ctx, conn, opts, c.Scopes)
	}
	if err != nil {
		return probed{}, err
	}
	d := conn.Discovery
	st := storage.Store{
		HomeURL: conn.Client.Base(), RESTRoot: conn.Client.Root(), Auth: storage.AuthMode(conn.Choice.Auth),
		Facts: storage.StoreFacts{
			SiteName: d.Name, TimeZone: d.Timezone, GMTOffset: d.GMTOffset, SignedHome: conn.Choice.SignedHome,
			ClockAhead: ahead, SeenAt: s.ask.opts.Now().UTC(),
			HomeGiven: c.Home == HomeGiven || d.StoreHome != "" && !woo.SameSite(d.StoreHome, conn.Client.Base()),
		},
	}
	readSystem(ctx, conn.Client, &st.Facts)
	return probed{client: conn.Client, store: st, secrets: sec, orders: orders, reason: conn.Choice.Reason,
		notes: d.Notes}, nil
}

// firstRead proves that the key may read what the store will be used for. A key that is accepted may still belong to a
// user without rights.
func firstRead(
	ctx context.Context, client *woo.Client, scopes []doctor.Scope,
) (orders int, ahead time.Duration, err error) {
	scope, route := doctor.FirstRead(scopes)
	res, err := client.Do(ctx, woo.Request{Path: route, Query: url.Values{"per_page": {"1"}}})
	if err != nil {
		if e, ok := woo.AsError(err); ok && e.EffectiveStatus() == http.StatusForbidden && e.KeyRefused() {
			return 0, 0, mayNotRead(route, e.Code, scope, err)
		}
		return 0, 0, shop.Explain(err)
	}
	var list []json.RawMessage
	if err := json.Unmarshal(res.Body, &list); err != nil {
		return 0, 0, noList(route, err)
	}
	if date, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		ahead = time.Until(date).Round(time.Second)
		if ahead.Abs() < 2*time.Second {
			ahead = 0 // within the header's own precision
		}
	}
	if route != "orders" {
		return -1, ahead, nil
	}
	return res.Total, ahead, nil
}

// readSystem adds facts that only the system status tells. Not every key may read it, and nothing depends on it, so a
// failure is no reason to refuse a store.
func readSystem(ctx context.Context, client *woo.Client, facts *storage.StoreFacts) {
	res, err := client.Do(ctx,
		woo.Request{Path: "system_status", Query: url.Values{"_fields": {"environment.version,settings.currency"}}})
	if err != nil {
		return
	}
	var status struct {
		Environment struct {
			Version string `json:"version"`
		} `json:"environment"`
		Settings struct {
			Currency string `json:"currency"`
		} `json:"settings"`
	}
	if json.Unmarshal(res.Body, &status) == nil {
		facts.WooCommerce, facts.Currency = status.Environment.Version, status.Settings.Currency
	}
}

// freeName returns the name that was asked for, or one made from the address that no other store has.
func (s *Connector) freeName(ctx context.Context, asked, home string) (string, error) {
	base := asked
	if base == "" {
		base = nameFrom(home)
	}
	for n := 1; ; n++ {
		name := base
		if n > 1 {
			name += "-" + strconv.Itoa(n)
		}
		_, err := s.db.StoreByName(ctx, name)
		if errors.Is(err, storage.ErrNotFound) {
			return name, nil
		}
		if err != nil {
			return "", err
		}
		if asked != "" {
			return "", nameTaken(asked)
		}
	}
}

// nameFrom returns "shop.example" for https://www.shop.example/ and "example.com-de" for https://example.com/de.
func nameFrom(home string) string {
	u, err := url.Parse(home)
	if err != nil {
		return "store"
	}
	name := strings.TrimPrefix(u.Host, "www.") + strings.TrimRight(u.Path, "/")
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789.", r) {
			return r
		}
		return '-'
	}, strings.ToLower(name))
	name = strings.Trim(name, "-.")
	if len(name) > 60 {
		name = strings.Trim(name[:60], "-.")
	}
	if name == "" {
		return "store"
	}
	return name
}

// nameShape is the form of the names of stores.
var nameShape = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$`)

func checkName(name string) error {
	if name == "" || nameShape.MatchString(name) {
		return nil
	}
	return noName(name)
}
