package sandbox

import (
	"context"
	"net/http"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/outbound"
	"github.com/waybillhq/waybill/sandbox/internal/wcauth"
	"github.com/waybillhq/waybill/sandbox/internal/webhook"
)

// WebhookAction is a delivery that was taken from the queue: the id of the webhook and of the record (its "arg"), and
// whether the action failed before anything was sent. An answer of the receiver fails no action.
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
// ports), as a plugin can: those named, each "host:port", or all of them when none is named. Without it webhooks and
// keys go to public addresses on the ports 80, 443 and 8080 only.
func WithReceivers(hosts ...string) Option {
	return func(s *settings) {
		s.reach.Private = s.reach.Private || len(hosts) == 0
		s.reach.Hosts = append(s.reach.Hosts, hosts...)
	}
}

// WithManualWebhooks keeps a [Server] from delivering webhooks by itself: they wait for [Store.RunWebhooks].
func WithManualWebhooks() Option { return func(s *settings) { s.manualWebhooks = true } }

// KeyFault is what happens to the keys of applications that the owner of the shop has approved.
type KeyFault = wcauth.HandoverFault

// What can happen to such keys.
const (
	KeyUnsent            = wcauth.Unsent            // the host lets no request out
	KeyAnswerLost        = wcauth.AnswerLost        // the application has it, and the store does not learn of that
	KeyAnsweredElsewhere = wcauth.AnsweredElsewhere // something else answers in place of the application
	KeyNotKept           = wcauth.NotKept           // the database takes no new key
	KeyTwice             = wcauth.Twice             // it is sent again
)

// SetKeyFault puts a fault of such keys in force; "" ends it.
func (s *Store) SetKeyFault(f KeyFault) { s.keyFault.Store(&f) }

// RunWebhooks delivers what waits in the queue of webhooks and is due, and returns what it worked off, in order. Events
// that the deliveries cause wait for the next run.
func (s *Store) RunWebhooks(ctx context.Context) []WebhookAction { return s.webhooks.Run(ctx) }

// StartWebhooks delivers webhooks from now on by itself, soon after the request that caused them. A [Server] does so
// from the start, unless [WithManualWebhooks] is given; a store without a server has to be told, and must be told to
// stop. Starting twice is as starting once.
func (s *Store) StartWebhooks() {
	for _, site := range s.Sites() {
		site.webhooks.Start()
	}
}

// StopWebhooks ends what StartWebhooks began and returns when no delivery is under way any more. What is queued stays
// so. It may be called at any time.
func (s *Store) StopWebhooks() {
	for _, site := range s.Sites() {
		site.webhooks.Stop()
	}
}

// WebhookDeliveries returns the latest requests to receivers, oldest first. Pings are not among them, as in
// WooCommerce's log.
func (s *Store) WebhookDeliveries() []WebhookDelivery { return s.webhooks.Deliveries() }

// AddWebhookFault puts a fault of deliveries in force.
func (s *Store) AddWebhookFault(f WebhookFault) error {
	_, err := s.webhooks.AddFault(f)
	return err
}

// ClearWebhookFaults ends all faults of deliveries.
func (s *Store) ClearWebhookFaults() { s.webhooks.ClearFaults() }

// reachOut makes what calls the outside world: webhooks and the page that hands keys to applications.
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

// lastBase is the home address: the configured one, else the one the store was last called by, because deliveries
// belong to no request.
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
