package onboarding

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
)

// Wanted is what somebody gives to have a shop connected over its approval page. Only URL is needed.
type Wanted struct {
	// URL is whatever was pasted: the shop, its wp-admin.
	URL string
	// Name, Group, Home and Scopes are those of [stores.Connection].
	Name   string
	Group  int64
	Home   stores.Home
	Scopes []doctor.Scope
	// ReturnURL is where the owner's browser is sent afterwards; empty for a page of ours.
	ReturnURL string
	// Within is how long the owner has; 0 means [StandardTime]. It is at most [LongestTime].
	Within time.Duration
	// Sure sends the owner there though it seems from here that it will not work: a plugin may let the shop call
	// addresses that WordPress alone does not, and a firewall may let the owner in but not us.
	Sure bool
}

// How long the owner of a shop has to approve.
const (
	StandardTime = time.Hour
	LongestTime  = 7 * 24 * time.Hour
)

// appName is what the shop calls us on its page and beside the key.
const appName = "Waybill"

// Begin finds out whether a shop can be connected over its approval page, and keeps the connection, which waits then
// for the owner at [Keeper.Link]. The error is a problem: approval_impossible where he must not be sent there.
func (k *Keeper) Begin(ctx context.Context, w Wanted) (storage.Connection, error) {
	if err := k.Connector.Expect(ctx, w.URL, w.Name); err != nil {
		return storage.Connection{}, err
	}
	home, err := doctor.Home(w.URL)
	if err != nil {
		return storage.Connection{}, err
	}
	if err := checkWanted(w); err != nil {
		return storage.Connection{}, err
	}
	if f := k.callable(ctx, home); f.reason != "" && (!w.Sure || f.final) {
		return storage.Connection{}, impossible(f, home)
	}
	state := rand.Text() + rand.Text()
	c := storage.Connection{ID: rand.Text(), GroupID: w.Group, HomeURL: home, Name: w.Name, Home: string(w.Home),
		State: storage.ConnectionWaiting, StateHash: sha256.Sum256([]byte(state)), ReturnURL: w.ReturnURL,
		ExpiresAt: k.opts.Now().UTC().Add(within(w.Within)).Truncate(time.Second), Notes: []string{}}
	for _, s := range w.Scopes {
		c.Scopes = append(c.Scopes, string(s))
	}
	if c.ReturnURL == "" {
		c.ReturnURL = k.opts.PublicURL + Prefix + c.ID
	}
	links := k.links(c, state)
	if c, err = k.add(ctx, c, secrets{Address: w.URL, Link: links[0]}); err != nil {
		return storage.Connection{}, err
	}
	link, err := k.examine(ctx, w, c, links)
	if err == nil && link != links[0] {
		err = k.relink(ctx, &c, secrets{Address: w.URL, Link: link})
	}
	if err != nil {
		forget := context.WithoutCancel(ctx)
		_ = k.Database.Within(forget, func(tx storage.Tx) error { return tx.DropConnection(forget, c.ID) })
		return storage.Connection{}, err
	}
	return c, nil
}

func within(asked time.Duration) time.Duration {
	if asked <= 0 {
		return StandardTime
	}
	return min(asked, LongestTime)
}

// checkWanted refuses a return address that the shop would mangle: it decodes addresses once more than they were
// encoded (docs/woocommerce/authentication.md#wc-auth-addresses).
func checkWanted(w Wanted) error {
	if w.ReturnURL == "" {
		return nil
	}
	u, err := url.Parse(w.ReturnURL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil ||
		strings.ContainsAny(w.ReturnURL, "?#%+ ") {
		return badReturn()
	}
	return nil
}

// add keeps a new connection.
func (k *Keeper) add(ctx context.Context, c storage.Connection, s secrets) (storage.Connection, error) {
	release, err := k.Keys.Hold(ctx)
	if err != nil {
		return c, err
	}
	defer release()
	if err := k.Connector.CheckKey(ctx, false); err != nil {
		return c, err
	}
	if err := k.seal(&c, s); err != nil {
		return c, err
	}
	err = k.Database.Within(ctx, func(tx storage.Tx) (err error) {
		c, err = tx.AddConnection(ctx, c)
		return err
	})
	return c, err
}

// relink keeps another link in place of the first.
func (k *Keeper) relink(ctx context.Context, c *storage.Connection, s secrets) error {
	release, err := k.Keys.Hold(ctx)
	if err != nil {
		return err
	}
	defer release()
	if err := k.seal(c, s); err != nil {
		return err
	}
	return k.Database.Within(ctx, func(tx storage.Tx) error { return tx.SaveConnection(ctx, *c) })
}

// examine looks at all that can be seen beforehand, and chooses the link that works; nothing but that where somebody is
// sure.
func (k *Keeper) examine(ctx context.Context, w Wanted, c storage.Connection, links []string) (string, error) {
	if !w.Sure {
		if f := k.answers(ctx, c); f.reason != "" {
			return "", impossible(f, c.HomeURL)
		}
		report, err := k.Examiner.Examine(ctx, c.GroupID, doctor.Target{URL: w.URL, Scopes: w.Scopes})
		if err != nil {
			return "", err
		}
		if root := report.Root(); root != nil && root.Severity == doctor.Problem {
			return "", impossible(foundByDoctor(root), c.HomeURL)
		}
	}
	link, f := k.choose(ctx, k.of(c), links)
	if f.reason != "" && !w.Sure {
		return "", impossible(f, c.HomeURL)
	}
	return link, nil
}

// links are the addresses of the approval page: the usual one, and the one that works without rewrite rules.
func (k *Keeper) links(c storage.Connection, state string) []string {
	query := url.Values{"app_name": {appName}, "scope": {permission(c.Scopes)}, "user_id": {c.ID},
		"return_url": {c.ReturnURL}, "callback_url": {k.opts.PublicURL + Prefix + state}}.Encode()
	return []string{c.HomeURL + "/wc-auth/v1/authorize?" + query,
		c.HomeURL + "/?wc-auth-version=1&wc-auth-route=authorize&" + query}
}

// permission is what the key is asked for: to read alone where nothing but that is wanted.
func permission(scopes []string) string {
	writes := func(s string) bool {
		return !strings.HasSuffix(s, ":read") && s != string(capability.SettingsScope)
	}
	if len(scopes) > 0 && !slices.ContainsFunc(scopes, writes) {
		return "read"
	}
	return "read_write"
}
