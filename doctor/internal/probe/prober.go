package probe

import (
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// probe is one request to be sent.
type probe struct {
	id      evidence.Probe
	purpose string
	method  string // GET when empty
	url     string
	route   string // the REST route, for the guard; "" for addresses outside of the API
	auth    string // none when empty; see the auth constants
	args    url.Values
	header  map[string]string // an empty value takes a header away
	body    string
	bodyIs  string   // what to write down in place of a large body
	fields  []string // of the answer's JSON that are kept
	form    string   // the kind of records whose members are held against what WooCommerce gives; "" for none
	limit   int64    // of the body, bytes
	timeout time.Duration
	// renew signs it anew; nil where nothing is signed. A store takes a signature once.
	renew func() probe
	// unsigned is what was signed; nil where nothing is.
	unsigned *probe
}

// plain is the request without its signature, to be changed and signed anew.
func (pr probe) plain() probe {
	if pr.unsigned == nil {
		return pr
	}
	return *pr.unsigned
}

// anew is the same request, to be sent once more.
func (pr probe) anew() probe {
	if pr.renew == nil {
		return pr
	}
	return pr.renew()
}

// prober sends probes within the budget and writes down what comes back.
type prober struct {
	settings
	target  evidence.Target
	site    evidence.Site
	clean   *evidence.Cleaner
	client  *http.Client
	began   time.Time
	trusted bool // the certificate was verified: secrets may travel

	slots chan struct{}
	turn  chan struct{} // serialises the spacing; who holds its one place may start
	last  time.Time

	mu      sync.Mutex
	ev      *evidence.Evidence
	spacing time.Duration
	repeats int             // requests that were cut off and made again
	limited int             // answers that asked to slow down
	reached int             // answers of any kind
	lost    int             // connections that ended without an answer in a row, to methods that were answered before
	methods map[string]bool // which were answered
	asked   map[evidence.Probe]probe
}

func newProber(t evidence.Target, s evidence.Site, set settings) *prober {
	p := &prober{
		settings: set, target: t, site: s, clean: evidence.NewCleaner(t, s.Outer),
		slots: make(chan struct{}, max(1, set.budget.Concurrency)), spacing: set.budget.Spacing,
		turn: make(chan struct{}, 1),
	}
	p.began, p.asked = set.now(), map[evidence.Probe]probe{}
	p.ev = &evidence.Evidence{
		Version: evidence.EvidenceVersion, StartedAt: p.began.UTC(),
		Local: evidence.LocalFacts{UserAgent: set.userAgent},
	}
	return p
}

func (p *prober) keepExchange(x *evidence.Exchange) *evidence.Exchange {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ev.Exchanges = append(p.ev.Exchanges, *x)
	if p.progress != nil {
		p.progress(*x)
	}
	return x
}

// spread sets the distance of the requests that are still to come, so that they fill the time a run may take instead of
// arriving as one burst. A store that asked to slow down has set its own.
func (p *prober) spread(left int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.limited > 0 || left <= 0 {
		return
	}
	p.spacing = max(p.budget.Spacing, (p.budget.Calm-p.now().Sub(p.began))/time.Duration(left))
}
