package probe

import (
	"context"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// searchRoot looks for the REST API at the addresses that stores have which are set up differently.
func (c *collection) searchRoot(ctx context.Context) bool {
	base := c.site.Base()
	home := c.get(evidence.Home)
	probes := []probe{
		indexProbe(evidence.IndexPathinfo, "read the REST index below index.php", base+"/index.php/wp-json/"),
		{id: evidence.PageNowhere,
			purpose: "a page that exists nowhere: whose 404 comes back tells whether pretty addresses reach WordPress",
			url:     base + "/" + evidence.ProbeRoute + "-page/", limit: 256 << 10,
			header: map[string]string{"Accept": "text/html,*/*;q=0.8"}},
	}
	link, announced := evidence.RootFromLink(evidence.AnnouncedRoot(home))
	if announced && evidence.SameHost(link.Address, base) && !link.Query && link.Address != base+"/wp-json/" &&
		link.Address != base+"/index.php/wp-json/" {
		probes = append(probes,
			indexProbe(evidence.IndexLink, "read the REST index where the home page announces it", link.Address))
	}
	if c.site.Dir != "" {
		probes = append(probes,
			indexProbe(evidence.IndexParent, "read the REST index at the root of the host",
				c.site.Scheme+"://"+c.site.Host+"/wp-json/"))
	}
	if c.get(evidence.IndexRestRoute) == nil {
		probes = append(probes, plainIndexProbe(base))
	}
	c.all(ctx, probes...)
	if plain := c.get(evidence.IndexRestRoute); !announced && evidence.ReadIndex(plain) != nil {
		// Every answer of the API names its root, also where the pages were made to keep it to themselves.
		if hidden, ok := evidence.RootFromLink(evidence.AnnouncedRoot(plain)); ok && !hidden.Query &&
			evidence.SameHost(hidden.Address, base) && hidden.Address != base+"/wp-json/" {
			link = hidden
			c.one(ctx, indexProbe(evidence.IndexLink, "read the REST index where the API announces it", link.Address))
		}
	}
	if index := evidence.ReadIndex(home); index != nil {
		// The address given is the REST root itself.
		return c.useRoot(ctx, evidence.RestRoot{Address: base + "/"}, index)
	}
	for _, found := range []struct {
		id   evidence.Probe
		root evidence.RestRoot
	}{
		{evidence.IndexLink, link},
		{evidence.IndexPathinfo, evidence.RestRoot{Address: base + "/index.php/wp-json/"}},
		{evidence.IndexRestRoute, evidence.QueryRoot(base)},
	} {
		if index := evidence.ReadIndex(c.get(found.id)); index != nil {
			return c.useRoot(ctx, found.root, index)
		}
	}
	if evidence.ReadIndex(c.get(evidence.IndexParent)) != nil {
		return c.stop("route", "the REST API is at the root of the host and not below "+c.site.Dir)
	}
	c.searchDirectories(ctx)
	c.shopOverHTTP(ctx)
	return c.stop("route", "no REST API was found at "+base)
}
