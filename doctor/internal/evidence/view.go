package evidence

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// View is the evidence of one run with the questions that everything asks about it. Everything here is a pure function
// of the evidence.
type View struct {
	Evidence *Evidence
	Target   TargetFacts

	Status SystemStatus // what the store says about itself, as far as it was allowed to be read
	Owner  Owner        // the user the key acts as, when WordPress tells
}

// ViewOf makes a view of what was seen so far.
func ViewOf(ev *Evidence) *View {
	v := &View{Evidence: ev, Target: ev.Target}
	v.Status = ReadStatus(v.Get(SiteStatus))
	v.Owner = readOwner(v.Get(OwnerSelf))
	return v
}

// Get finds an exchange by its name.
func (f *View) Get(id Probe) *Exchange { return Find(f.Evidence.Exchanges, id) }

// With finds the exchanges of a family.
func (f *View) With(family Family) []*Exchange {
	var found []*Exchange
	for i := range f.Evidence.Exchanges {
		if x := &f.Evidence.Exchanges[i]; family.has(x.ID) {
			found = append(found, x)
		}
	}
	return found
}

// API lists the exchanges with the store's API, leaving out those that provoke on purpose.
func (f *View) API() []*Exchange {
	var found []*Exchange
	for i := range f.Evidence.Exchanges {
		if x := &f.Evidence.Exchanges[i]; isPlainAPI(x.ID) {
			found = append(found, x)
		}
	}
	return found
}

// isPlainAPI says whether the probe asks as an integration does, and provokes nothing.
func isPlainAPI(id string) bool {
	t, _ := traitOf(id)
	return !t.aside
}

// Read is the exchange that shows whether the key is let in.
func (f *View) Read() *Exchange {
	for _, id := range []Probe{ReadOAuth, ReadFirst} {
		if x := f.Get(id); x != nil && LetIn(x) {
			return x
		}
	}
	if x := f.Get(QueryRight); LetIn(x) {
		return x
	}
	if x := f.Get(ReadFirst); x != nil {
		return x
	}
	return f.Get(ReadOAuth)
}

// Known reports that the key was let in.
func (f *View) Known() bool { return f.Evidence.Way != WayNone }

// Index is the REST index, wherever it was found.
func (f *View) Index() *RestIndex {
	for _, id := range []Probe{Index, IndexLink, IndexPathinfo, IndexRestRoute, Home} {
		if index := ReadIndex(f.Get(id)); index != nil {
			return index
		}
	}
	return nil
}

// Scheme is http or https.
func (f *View) Scheme() string {
	scheme, _, _ := strings.Cut(f.Target.Base, "://")
	return scheme
}

// Host is the host that was given, with its port.
func (f *View) Host() string {
	u, err := url.Parse(f.Target.Base)
	if err != nil {
		return f.Target.Base
	}
	return u.Host
}

// Hostname is the host that was given, without a port.
func (f *View) Hostname() string {
	u, err := url.Parse(f.Target.Base)
	if err != nil {
		return f.Target.Base
	}
	return u.Hostname()
}

// Skew is how far the store's clock is ahead of this machine's, by the Date header of answers that no cache gave.
func (f *View) Skew() (time.Duration, bool) {
	for _, x := range f.API() {
		at, err := http.ParseTime(x.Header.Get("Date"))
		if err != nil || Cached(x) {
			continue
		}
		here := f.Evidence.StartedAt.Add(x.Started + x.Elapsed)
		return at.Sub(here), true
	}
	return 0, false
}

// Port is that of the address that was given.
func (f *View) Port() string {
	u, err := url.Parse(f.Target.Base)
	if err != nil {
		return ""
	}
	return FirstOf(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
}

// WantsTLS reports that nothing answers at the http address, and the store itself does over HTTPS.
func (f *View) WantsTLS() bool {
	return f.Scheme() == "http" && f.Index() == nil && ReadIndex(f.Get(HTTPSIndex)) != nil
}

// Find is the exchange of a probe; nil when it was not sent.
func Find(list []Exchange, id Probe) *Exchange {
	for i := range list {
		if list[i].Of(id) {
			return &list[i]
		}
	}
	return nil
}
