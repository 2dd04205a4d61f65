package sandbox

import (
	"context"
	"net/http"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/outbound"
	"github.com/waybillhq/waybill/sandbox/internal/wcauth"
	"github.com/waybillhq/waybill/sandbox/internal/webhook"
)

// WebhookAction is a delivery that was taken from the queue: the id of the webhook and that of the record (its "arg").
// It has failed when nothing could be sent. An action whose receiver refused has not failed.
type WebhookAction = webhook.Done

// WebhookDelivery is one request to the receiver of a webhook.
type WebhookDelivery = webhook.Delivery

// WebhookFault makes deliveries fail the way they do on real stores.
type WebhookFault = webhook.Fault

// What can happen to deliveries.
const (
	WebhookLost      = webhook.Lost      // never sent
	WebhookDuplicate = webhook.Duplicate // sent twice
	WebhookLate      = webhook.Late      // sent after a delay, by the store's clock
	WebhookReordered = webhook.Reordered // sent after the next one
	WebhookBlocked   = webhook.Blocked   // not let out: a failure that counts
)

// WithReceivers lets the store call addresses that WordPress regards as unsafe (loopback, private networks, unusual
// ports), as a plugin can. hosts are "host:port"; none means all. Without this option webhooks and keys go to public
// addresses on the ports 80, 443 and 8080 only.
func WithReceivers(hosts ...string) Option {
	return func(s *settings) {
		s.reach.Private = s.reach.Private || len(hosts) == 0
		s.reach.Hosts = append(s.reach.Hosts, hosts...)
	}
}

// WithManualWebhooks keeps a [Server] from delivering webhooks by itself. [Store.RunWebhooks] delivers them.
func WithManualWebhooks() Option { return func(s *settings) { s.manualWebhooks = true } }

// KeyFault is what goes wrong with a key that the owner of the shop has approved, on its way to the application.
type KeyFault = wcauth.HandoverFault

// The faults of such keys.
const (
	KeyUnsent            = wcauth.Unsent            // the host lets no request out
	KeyAnswerLost        = wcauth.AnswerLost        // the application has the key, and the store does not learn of that
	KeyAnsweredElsewhere = wcauth.AnsweredElsewhere // something else answers in place of the application
	KeyNotKept           = wcauth.NotKept           // the database takes no new key
	KeyTwice             = wcauth.Twice             // the key is sent twice
)

// SetKeyFault puts a fault of approved keys in force; "" ends it.
func (s *Store) SetKeyFault(f KeyFault) { s.keyFault.Store(&f) }

// RunWebhooks delivers what is due in the queue of webhooks, and returns the actions it took from the queue, in order.
// Events that the deliveries cause wait for the next run.
func (s *Store) RunWebhooks(ctx context.Context) []WebhookAction { return s.webhooks.Run(ctx) }

// StartWebhooks makes the store deliver webhooks by itself, soon after the request that caused them. A [Server] has
// done so unless [WithManualWebhooks] is given. A caller that starts must stop with [Store.StopWebhooks]. Starting
// twice is safe.
func (s *Store) StartWebhooks() {
	for _, site := range s.Sites() {
		site.webhooks.Start()
	}
}

// StopWebhooks ends automatic deliveries and returns when none is under way. The queue keeps what waits. It is safe to
// call at any time.
func (s *Store) StopWebhooks() {
	for _, site := range s.Sites() {
		site.webhooks.Stop()
	}
}

// WebhookDeliveries returns the latest requests to receivers, oldest first. Pings are not among them, as in
// WooCommerce's log.
func (s *Store) WebhookDeliveries() []WebhookDelivery { return s.webhooks.Deliveries() }

// AddWebhookFault puts a fault of deliveries in force. The error says why the fault can never happen.
func (s *Store) AddWebhookFault(f WebhookFault) error {
	_, err := s.webhooks.AddFault(f)
	return err
}

// ClearWebhookFaults ends all faults of deliveries.
func (s *Store) ClearWebhookFaults() { s.webhooks.ClearFaults() }

// reachOut makes the parts that call the outside world: webhooks, and the page that hands keys to applications.
func (s *Store) reachOut() {
	client := &outbound.Client{Transport: s.settings.transport, Rules: s.settings.reach}
	s.webhooks = webhook.New(webhook.Config{
		Shop: s.shop, REST: s.rest, Client: client, Base: s.lastBase, Seed: s.settings.seed,
	})
	s.webhooks.Register(s.rest)
	pages := wcauth.New(wcauth.Config{
		Base:      s.front.Base,
		Name:      func() string { return s.option("blogname") },
		WordPress: s.wordPress,
		Now:       s.Now,
		Locked: func(write bool, f func(*identity.Directory)) {
			defer s.lock(write)()
			f(s.directory)
		},
		Hex:    func(n int) string { return s.shop.RandomText("0123456789abcdef", n) },
		Client: client,
		Plain:  func() bool { return s.settings.permalinks == PermalinksPlain },
		Fault: func() KeyFault {
			if f := s.keyFault.Load(); f != nil {
				return *f
			}
			return ""
		},
	})
	s.front.Rewritten(wcauth.Prefix, wcauth.Variables(), http.HandlerFunc(pages.Authorize))
	s.front.Page("/wp-login.php", http.HandlerFunc(pages.Login))
}

// lastBase is the home address: the configured one, else the one that the store was last called by. Deliveries need it
// because they belong to no request.
func (s *Store) lastBase() string {
	if s.settings.home != "" {
		return s.settings.home
	}
	if base := s.calledBy.Load(); base != nil {
		return *base
	}
	return "https://localhost"
}

// noteBase remembers the address a request from outside came to.
func (s *Store) noteBase(r *http.Request) {
	if s.settings.home != "" || isInside(r) {
		return
	}
	if base := s.front.Base(r); base != s.lastBase() {
		s.calledBy.Store(&base)
	}
}
