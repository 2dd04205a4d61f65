package probe

import (
	"context"
	"net/url"
	"sort"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// Collect asks the store and writes down what it says. The error is about the target itself (an address that is none);
// a store that cannot be reached is evidence, not an error.
//
// What it costs the store is bounded by the Budget. What it may send is bounded by guard.go.
func Collect(ctx context.Context, target evidence.Target, opts ...Option) (*evidence.Evidence, error) {
	parsed, err := evidence.ParseSite(target.URL)
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
	sort.SliceStable(p.ev.Exchanges,
		func(i, j int) bool { return p.ev.Exchanges[i].Started < p.ev.Exchanges[j].Started })
	return p.ev, nil
}

func (p *prober) targetFacts() evidence.TargetFacts {
	scopes := p.target.Scopes
	if len(scopes) == 0 {
		scopes = evidence.DefaultScopes()
	}
	facts := evidence.TargetFacts{
		Given: p.clean.Clean(p.target.URL), Base: p.site.Base(), Pasted: p.site.Pasted, Scopes: scopes,
		HasKey: strings.TrimSpace(p.target.Key) != "" && p.target.Secret != "", SitePassword: p.site.Outer != nil,
	}
	if facts.HasKey || p.target.Key != "" || p.target.Secret != "" {
		facts.Key = evidence.ShapeOf(p.target.Key, p.target.Secret)
	}
	if u, err := url.Parse(strings.TrimSpace(p.target.DeliveryURL)); err == nil && u.Host != "" {
		u.RawQuery, u.Fragment, u.User = "", "", nil // receivers carry tokens there
		facts.DeliveryURL = p.clean.Clean(u.String())
	}
	facts.Pasted.API = p.clean.Clean(facts.Pasted.API)
	return facts
}

func (c *collection) collect(ctx context.Context) {
	if !c.reach(ctx) || !c.findRoot(ctx) || c.depth == ToRoot {
		return
	}
	if !c.findWay(ctx) || c.depth == ToKey {
		return
	}
	c.askPermissions(ctx)
	c.reconsider(ctx)
	c.askRecords(ctx)
	c.reconsider(ctx)
	c.bisect(ctx)
}
