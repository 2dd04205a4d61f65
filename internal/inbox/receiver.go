package inbox

import (
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Prefix begins the paths to which stores send webhooks, below the public address of the server.
const Prefix = "/hooks/"

// Receiver answers the webhooks of stores. It is safe for concurrent use.
type Receiver struct {
	opts    ReceiverOptions
	hooks   *known
	journal *journal
}

// ReceiverOptions adjust a Receiver. All are needed.
type ReceiverOptions struct {
	Keys   Keys
	Logger *slog.Logger
	Now    func() time.Time
	// BodyLimit is the largest body that is taken, in bytes.
	BodyLimit int64
	// Task is the task to wake when something has come from a store.
	Task storage.Task
}

// NewReceiver makes a Receiver that works on a database.
func NewReceiver(db storage.Database, opts ReceiverOptions) *Receiver {
	return &Receiver{
		opts:    opts,
		hooks:   &known{db: db, keys: opts.Keys, now: opts.Now, paths: map[string]behind{}},
		journal: &journal{db: db, task: opts.Task, log: opts.Logger},
	}
}

// Wait returns when everything that came in is on disk. Call it when nothing more can come in.
func (rc *Receiver) Wait() { rc.journal.wait() }

// The answers to stores. WooCommerce looks at the status alone: 2xx, 301 and 302 count as delivered, and exactly 200 as
// the answer to its test request.
const (
	taken       = http.StatusOK
	unknown     = http.StatusNotFound
	wrongMethod = http.StatusMethodNotAllowed
	tooLarge    = http.StatusRequestEntityTooLarge
	wrongType   = http.StatusUnsupportedMediaType
	unreadable  = http.StatusBadRequest
	forged      = http.StatusUnauthorized
	notKept     = http.StatusServiceUnavailable
)

// ServeHTTP takes a delivery, or the test request that a store sends when a webhook is made.
func (rc *Receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	status := rc.receive(w, r)
	if status == wrongMethod {
		w.Header().Set("Allow", http.MethodPost)
	}
	if status == notKept {
		w.Header().Set("Retry-After", "10")
	}
	w.WriteHeader(status)
}

// pathForm is the form of all paths. A path of another form is not looked up.
var pathForm = regexp.MustCompile(`^[A-Z2-7]{26}$`)

func (rc *Receiver) receive(w http.ResponseWriter, r *http.Request) int {
	if r.Method != http.MethodPost {
		return wrongMethod
	}
	path := strings.TrimPrefix(r.URL.Path, Prefix)
	if !pathForm.MatchString(path) {
		return unknown
	}
	b, err := rc.hooks.of(r.Context(), path)
	if errors.Is(err, storage.ErrNotFound) {
		return unknown
	}
	if err != nil {
		rc.opts.Logger.ErrorContext(r.Context(), "cannot look up where a webhook belongs", "error", err)
		return notKept
	}
	if r.ContentLength > rc.opts.BodyLimit {
		return tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, rc.opts.BodyLimit))
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		return tooLarge
	}
	if err != nil {
		return unreadable
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "application/json":
		return rc.deliver(r, path, b, body)
	case err == nil && kind == "application/x-www-form-urlencoded":
		return rc.ping(r, b, body)
	}
	return wrongType
}

// pingForm is the body of a store's test request, which nothing signs (docs/woocommerce/webhooks.md#webhook-ping).
var pingForm = regexp.MustCompile(`^webhook_id=[0-9]{1,20}$`)

// ping answers a store's test request.
func (rc *Receiver) ping(r *http.Request, b behind, body []byte) int {
	if !pingForm.Match(body) {
		return unreadable
	}
	now := rc.opts.Now()
	note := storage.HookNote{Pings: 1, PingedAt: now}
	if err := rc.journal.keep(r.Context(), entry{storeID: b.storeID, note: note}); err != nil {
		return notKept
	}
	return taken
}

// deliver takes a delivery whose signature is right.
func (rc *Receiver) deliver(r *http.Request, path string, b behind, body []byte) int {
	signature := r.Header.Get(signatureHeader)
	if !b.secrets.signed(body, signature) {
		// The sender knows an address that cannot be guessed, so only such senders cause this look-up.
		fresh, err := rc.hooks.anew(r.Context(), path)
		if err != nil || !fresh.secrets.signed(body, signature) {
			rc.refused(b.storeID)
			return forged
		}
	}
	d := deliveryOf(b.storeID, r.Header, body, rc.opts.Now())
	if err := rc.journal.keep(r.Context(), entry{delivery: &d, storeID: b.storeID}); err != nil {
		return notKept
	}
	return taken
}

// refused notes that a delivery came with a wrong signature, without waiting for the database.
func (rc *Receiver) refused(storeID int64) {
	e := entry{storeID: storeID, note: storage.HookNote{Refused: 1, RefusedAt: rc.opts.Now()}}
	if err := rc.journal.add(&e); err != nil {
		rc.opts.Logger.Warn("cannot note that a webhook had a wrong signature", "error", err)
	}
}
