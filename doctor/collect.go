package doctor

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strings"
)

// Collect asks the store and writes down what it says. The error is about the target itself (an address that is none); a
// store that cannot be reached is evidence, not an error.
//
// What it costs the store is bounded by the Budget. What it may send is bounded by guard.go.
func Collect(ctx context.Context, target Target, opts ...Option) (*Evidence, error) {
	parsed, err := parseSite(target.URL)
	if err != nil {
		return nil, err
	}
	set := newSettings(opts)
	p := newProber(target, parsed, set)
	p.ev.Target = p.targetFacts()
	ctx, cancel := context.WithTimeout(ctx, set.budget.Run)
	defer cancel()
	defer p.close()

	run := &collection{prober: p}
	run.collect(ctx)

	p.mu.Lock()
	defer p.mu.Unlock()
	p.ev.Elapsed = p.now().Sub(p.began)
	sort.SliceStable(p.ev.Exchanges, func(i, j int) bool { return p.ev.Exchanges[i].Started < p.ev.Exchanges[j].Started })
	return p.ev, nil
}

func (p *prober) targetFacts() TargetFacts {
	scopes := p.target.Scopes
	if len(scopes) == 0 {
		scopes = DefaultScopes()
	}
	facts := TargetFacts{
		Given: p.clean.clean(p.target.URL), Base: p.site.base(), Pasted: p.site.pasted, Scopes: scopes,
		HasKey: strings.TrimSpace(p.target.Key) != "" && p.target.Secret != "", SitePassword: p.site.outer != nil,
	}
	if facts.HasKey || p.target.Key != "" || p.target.Secret != "" {
		facts.Key = shapeOf(p.target.Key, p.target.Secret)
	}
	if u, err := url.Parse(strings.TrimSpace(p.target.DeliveryURL)); err == nil && u.Host != "" {
		u.RawQuery, u.Fragment, u.User = "", "", nil // receivers carry tokens there
		facts.DeliveryURL = p.clean.clean(u.String())
	}
	facts.Pasted.API = p.clean.clean(facts.Pasted.API)
	return facts
}

// collection is one run through the stages, in the order in which a store decides about a request.
type collection struct {
	*prober
	root restRoot
	home string // home as the store itself knows it, from the index
	way  Way
	// signFor is the home address under which a signature was accepted that could not be compared with a control.
	signFor string
}

func (c *collection) collect(ctx context.Context) {
	if !c.reach(ctx) || !c.findRoot(ctx) {
		return
	}
	if !c.findWay(ctx) {
		return
	}
	c.askPermissions(ctx)
	c.askRecords(ctx)
	c.bisect(ctx)
}

// stop notes why nothing more is asked.
func (c *collection) stop(at, reason string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ev.Stops = append(c.ev.Stops, Stop{At: at, Reason: reason})
	return false
}

// get finds an exchange of this run by its name.
func (c *collection) get(id string) *Exchange {
	c.mu.Lock()
	defer c.mu.Unlock()
	return find(c.ev.Exchanges, id)
}

func find(list []Exchange, id string) *Exchange {
	for i := range list {
		if list[i].ID == id {
			return &list[i]
		}
	}
	return nil
}

func hasMark(x *Exchange, names ...string) bool {
	if x == nil {
		return false
	}
	return slices.ContainsFunc(x.Body.Marks, func(m string) bool { return slices.Contains(names, m) })
}

// indexFields are what is asked of the REST index. Never with the key: with application passwords in use the index
// answers 401 invalid_username to it (failure-taxonomy 0.3, P-IDX).
var indexFields = []string{"name", "url", "home", "namespaces", "authentication", "gmt_offset", "timezone_string"}

func indexProbe(id, purpose, address string) probe {
	return probe{
		id: id, purpose: purpose, url: address, fields: indexFields,
		args: url.Values{"_fields": {strings.Join(indexFields, ",")}},
	}
}

// restIndex is what the REST index says.
type restIndex struct {
	Name           string          `json:"name"`
	URL            string          `json:"url"`
	Home           string          `json:"home"`
	Namespaces     []string        `json:"namespaces"`
	Authentication json.RawMessage `json:"authentication"`
	GMTOffset      json.RawMessage `json:"gmt_offset"`
	Timezone       string          `json:"timezone_string"`
}

// readIndex reads an answer as a REST index; nil when it is none.
func readIndex(x *Exchange) *restIndex {
	if x == nil || x.Status != http.StatusOK || x.Body.Kind != "json" || x.Body.JSON == nil {
		return nil
	}
	var index restIndex
	if json.Unmarshal(x.Body.JSON, &index) != nil || len(index.Namespaces) == 0 {
		return nil
	}
	return &index
}

// isRedirect reports an answer that sends the client elsewhere, and where to.
func isRedirect(x *Exchange) (to string, ok bool) {
	if x == nil || x.Status < 300 || x.Status > 399 || x.Status == http.StatusNotModified {
		return "", false
	}
	location := x.Header.Get("Location")
	if location == "" {
		return "", false
	}
	from, err := url.Parse(x.Request.URL)
	if err != nil {
		return location, true
	}
	target, err := from.Parse(location)
	if err != nil {
		return location, true
	}
	return target.String(), true
}
