package inbox_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/inbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// inOrder fails unless the store has one working webhook of ours for each topic, and others' as they were.
func (b *bundle) inOrder(others int) {
	b.Helper()
	seen := map[string]int{}
	address := b.keeper.Address(b.hook())
	foreign := 0
	for _, w := range b.shown() {
		if w["delivery_url"] != address {
			foreign++
			continue
		}
		seen[w["topic"].(string)]++
		if w["status"] != "active" || !strings.HasPrefix(w["name"].(string), "Waybill: ") {
			b.Errorf("a webhook is %v", w)
		}
	}
	if len(seen) != 15 || foreign != others {
		b.Errorf("the store has webhooks of %d topics, and %d others", len(seen), foreign)
	}
	for topic, n := range seen {
		if n != 1 {
			b.Errorf("%s is there %d times", topic, n)
		}
	}
}

func TestTheWebhooksOfAStoreAreMadeOnceAndReachUs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.create("webhooks", `{"topic":"order.created","delivery_url":"https://others.example/x"}`)
	h := b.watch()
	if h.State != storage.HookActive || !h.Reached || !h.SecretSent || len(h.Webhooks) != 15 || h.Pings == 0 {
		t.Errorf("it is %+v", h)
	}
	b.inOrder(1)
	b.in(time.Hour)
	if again := b.watch(); again.Repairs != 0 || again.Pings != h.Pings {
		t.Errorf("looked at again it is %+v", again)
	}
	b.inOrder(1)
	// What the store sends comes, signed as it signs.
	order := b.create("orders", `{"customer_note":"x"}`)
	b.shop.RunWebhooks(t.Context())
	taken, marks := b.take()
	if len(marks) != 1 || marks[0].ID != order.ID || taken.Unnamed {
		t.Errorf("taken was %+v: %+v", taken, marks)
	}
}

func TestWebhooksAreMended(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(b *bundle, h storage.Hook){
		"disabled": func(b *bundle, h storage.Hook) {
			b.create("orders", `{}`)
			b.down.Store(true)
			for range 8 {
				b.create("orders", `{}`)
				b.shop.RunWebhooks(b.Context())
			}
			b.down.Store(false)
			if w := b.shown(); fmt.Sprint(w) == "" || !strings.Contains(fmt.Sprint(w), "status:disabled") {
				b.Fatalf("the store has disabled none: %v", w)
			}
			b.in(time.Minute)
			b.send(b.delivery("a", "order.updated", `{"id":1}`))
		},
		"deleted": func(b *bundle, h storage.Hook) {
			_, err := b.client.Webhooks().Delete(b.Context(), h.Webhooks[0].ID)
			b.ok(err)
		},
		"another topic": func(b *bundle, h storage.Hook) { b.change(h.Webhooks[0].ID, `{"topic":"order.deleted"}`) },
		"sent elsewhere": func(b *bundle, h storage.Hook) {
			b.change(h.Webhooks[0].ID, `{"delivery_url":"https://elsewhere.example/hook"}`)
		},
		"there twice": func(b *bundle, h storage.Hook) {
			b.create("webhooks", fmt.Sprintf(`{"name":"Waybill: x","topic":"order.updated","delivery_url":%q}`,
				b.keeper.Address(h)))
		},
		"left over": func(b *bundle, h storage.Hook) {
			b.create("webhooks", fmt.Sprintf(`{"name":"Waybill: x","topic":"order.updated","delivery_url":%q}`,
				b.server.URL+inbox.Prefix+strings.Repeat("B", 26)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			h := b.watch()
			spoil(b, h)
			b.in(time.Hour)
			if h = b.watch(); h.Repairs == 0 || h.State != storage.HookActive {
				t.Errorf("it is %+v", h)
			}
			b.inOrder(0)
			repairs := h.Repairs
			b.in(time.Hour)
			if h = b.watch(); h.Repairs != repairs {
				t.Errorf("mended again: %d, before %d", h.Repairs, repairs)
			}
		})
	}
}

func TestAWebhookThatSomebodyPausedStaysSo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	h := b.watch()
	b.change(h.Webhooks[0].ID, `{"status":"paused"}`)
	b.in(time.Hour)
	if h = b.watch(); h.State != storage.HookPaused || h.Why == "" || h.Repairs != 0 {
		t.Errorf("it is %+v", h)
	}
	b.change(h.Webhooks[0].ID, `{"status":"active"}`)
	b.in(time.Hour)
	if h = b.watch(); h.State != storage.HookActive || h.Why != "" {
		t.Errorf("it is %+v", h)
	}
}

func TestAnAddressThatChangedIsFollowed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	old := b.keeper.Address(b.watch())
	moved := strings.Replace(b.server.URL, "127.0.0.1", "localhost", 1)
	b.keeper = b.keeperAt(moved + "/")
	b.in(time.Hour)
	h := b.watch()
	if address := b.keeper.Address(h); address == old || !strings.HasPrefix(address, moved+inbox.Prefix) {
		t.Errorf("the address is %s", address)
	}
	b.inOrder(0)
}

func TestAStoreThatCannotReachUsIsNotAskedForMore(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.down.Store(true)
	if h := b.watch(); h.State != storage.HookUnreachable || h.Why == "" || len(b.shown()) != 1 {
		t.Errorf("it is %+v with %d webhooks", h, len(b.shown()))
	}
	b.in(time.Hour)
	if h := b.watch(); h.State != storage.HookUnreachable || len(b.shown()) != 1 {
		t.Errorf("then it is %+v with %d webhooks", h, len(b.shown()))
	}
	b.down.Store(false)
	b.in(time.Hour)
	if h := b.watch(); h.State != storage.HookActive || h.Why != "" {
		t.Errorf("reachable it is %+v", h)
	}
	b.inOrder(0)
}

func TestAKeyThatMayNotHaveWebhooksIsNoFailure(t *testing.T) {
	t.Parallel()
	for _, broken := range []string{"key-read-only", "cap-manage-woocommerce"} {
		t.Run(broken, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.ok(b.shop.Break(broken))
			if h := b.watch(); h.State != storage.HookRefused || !strings.Contains(h.Why, "woocommerce_rest_") {
				t.Errorf("it is %+v", h)
			}
		})
	}
}

func TestAFailureOfTheStoreLeavesWhatWasKnown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	before := b.watch()
	b.ok(b.shop.Break("woocommerce-inactive"))
	if _, err := b.keeper.Watch(t.Context(), b.store, b.client); err == nil {
		t.Error("it is no error")
	}
	if h := b.hook(); h.State != storage.HookActive || !h.CheckedAt.Equal(before.CheckedAt) {
		t.Errorf("it is %+v", h)
	}
}

func TestBothSecretsCountWhileTheStoreIsTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.watch()
	old := b.secret()
	d := b.delivery("a", "order.updated", `{"id":1}`)
	b.ok(b.keeper.Rotate(t.Context(), b.store.ID))
	if b.secret() == old || b.hook().SecretSent || b.wakes(hooks) != 1 {
		t.Fatalf("it is %+v, woken %d times", b.hook(), b.wakes(hooks))
	}
	between := b.secret()
	b.ok(b.keeper.Rotate(t.Context(), b.store.ID))
	if b.secret() != between {
		t.Error("a new secret took the place of one that the store has not heard of")
	}
	signed := func(n int, secret string) int {
		d.header = map[string]string{"X-WC-Webhook-Topic": "order.updated", "X-WC-Webhook-Delivery-ID": fmt.Sprint(n)}
		d.signature = sign(secret, d.body)
		return b.send(d)
	}
	if a, c := signed(1, old), signed(2, between); a != 200 || c != 200 {
		t.Errorf("before it was told: old %d, new %d", a, c)
	}
	b.watch()
	b.create("orders", `{}`)
	b.shop.RunWebhooks(t.Context())
	if got := b.shop.WebhookDeliveries(); got[len(got)-1].Status != 200 {
		t.Errorf("what the store signs with the new one is answered %d", got[len(got)-1].Status)
	}
	if a := signed(3, old); a != 200 {
		t.Errorf("told: old %d", a)
	}
	b.in(25 * time.Hour)
	b.watch()
	b.in(time.Minute)
	if a, c := signed(4, old), signed(5, between); a != 401 || c != 200 {
		t.Errorf("a day later: old %d, new %d", a, c)
	}
}

func TestASecretThatWasChangedOnTheStoreIsPutBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	h := b.watch()
	b.change(h.Webhooks[1].ID, `{"secret":"mine"}`) // order.created
	b.in(time.Minute)
	b.create("orders", `{}`)
	b.shop.RunWebhooks(t.Context())
	b.receiver.Wait()
	if b.hook().Refused == 0 {
		t.Fatal("nothing was refused")
	}
	b.in(time.Hour)
	b.watch()
	refused := b.hook().Refused
	b.create("orders", `{}`)
	b.shop.RunWebhooks(t.Context())
	b.receiver.Wait()
	if n := b.hook().Refused; n != refused {
		t.Errorf("%d more were refused", n-refused)
	}
}

func TestTheWebhooksGoWithTheStore(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.create("webhooks", `{"topic":"order.created","delivery_url":"https://others.example/x"}`)
	h := b.watch()
	_, err := b.client.Webhooks().Delete(t.Context(), h.Webhooks[3].ID) // somebody was faster
	b.ok(err)
	b.ok(b.keeper.Leave(t.Context(), b.store, b.client))
	if left := b.shown(); len(left) != 1 || left[0]["delivery_url"] != "https://others.example/x" {
		t.Errorf("left are %v", left)
	}
}

func TestWithoutAPublicAddressNoWebhooksAreMade(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.keeper = b.keeperAt("")
	next, err := b.keeper.Watch(t.Context(), b.store, b.client)
	if err != nil || !next.IsZero() || len(b.shown()) != 0 {
		t.Errorf("next %s, %v, %d webhooks", next, err, len(b.shown()))
	}
	for what, err := range map[string]error{"check": b.keeper.Check(t.Context(), b.store.ID),
		"rotate": b.keeper.Rotate(t.Context(), b.store.ID)} {
		if !problem.Is(err, problem.WebhooksOff) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, address := range []string{"waybill.example", "ftp://waybill.example", "https://u:p@waybill.example",
		"https://waybill.example/?x=1", "https://", "://"} {
		_, err := inbox.NewKeeper(b.db, b.keys, inbox.KeeperOptions{PublicURL: address})
		if !problem.Is(err, problem.ConfigInvalid) || strings.Contains(err.Error(), "u:p") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestNoSecretIsShown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	h := b.watch()
	text, err := json.Marshal(h)
	b.ok(err)
	rows, err := b.db.Query(t.Context(), `SELECT * FROM hooks`, 0)
	b.ok(err)
	st, err := b.db.Store(t.Context(), b.store.ID)
	b.ok(err)
	all := string(text) + fmt.Sprint(rows) + string(st.Credentials.Hook)
	if secret := b.secret(); len(secret) < 50 || strings.Contains(all, secret) {
		t.Error("the secret is short, or shown")
	}
}
