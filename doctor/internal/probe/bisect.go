package probe

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// bisect looks for the record, or the size, at which a page that a sync needs breaks. It goes by position and not by
// id, because a record that breaks the list breaks every list it is in, also one of ids only.
func (c *collection) bisect(ctx context.Context) {
	for _, name := range []string{"orders", "products", "customers"} {
		if x := c.brokenList(name); x != nil {
			if x.Status >= http.StatusInternalServerError && !evidence.Broke(c.repeat(ctx, name, x)) {
				return // it breaks now and then, and no part of it would tell more
			}
			c.halve(ctx, name, 0, c.pageLength(name))
			return // one is enough to name the cause, and each costs a dozen requests
		}
	}
	for _, name := range []string{"orders", "products"} { // whose parts come in the order of their pages
		for page := 2; page <= 5; page++ {
			from := (page - 1) * evidence.PageSize
			count := min(evidence.PageSize, evidence.Total(c.get(evidence.Lists.Of(name)))-from)
			if evidence.Broke(c.get(evidence.DeepPage(name, page))) && count > 0 {
				c.halve(ctx, name, from, count)
				return
			}
		}
	}
}

// brokenList is the page or list of a kind that broke; nil when both came.
func (c *collection) brokenList(name string) *evidence.Exchange {
	for _, id := range []evidence.Probe{evidence.Pages.Of(name), evidence.Lists.Of(name)} {
		if x := c.get(id); evidence.Broke(x) {
			return x
		}
	}
	return nil
}

// someListBroke says whether a list that a sync needs broke.
func (c *collection) someListBroke() bool {
	return slices.ContainsFunc([]string{"orders", "products", "customers"},
		func(name string) bool { return c.brokenList(name) != nil })
}

// repeat asks once more for what broke, with the very arguments: a server that breaks now and then breaks at no record,
// at no size and at no argument.
func (c *collection) repeat(ctx context.Context, name string, broke *evidence.Exchange) *evidence.Exchange {
	pr := c.part(name, 0, evidence.PageSize)
	pr.id, pr.purpose = evidence.Repeat.Of(name), "the page that broke once more"
	if asked, err := url.Parse(broke.Request.URL); err == nil {
		pr.args = asked.Query()
		for arg := range pr.args { // how the key travels, and the form of the address, are added anew
			if strings.HasPrefix(arg, "consumer_") || strings.HasPrefix(arg, "oauth_") || arg == "rest_route" || arg == "_" {
				pr.args.Del(arg)
			}
		}
	}
	c.all(ctx, pr)
	return c.get(pr.id)
}

// halve follows the half that breaks. When both halves work, the size is to blame; when a single record breaks, it is
// found; when both break down to single records, everything breaks.
func (c *collection) halve(ctx context.Context, name string, offset, count int) {
	both := 0
	for count > 1 {
		first := count / 2
		a, b := c.part(name, offset, first), c.part(name, offset+first, count-first)
		c.all(ctx, a, b)
		brokeA, brokeB := evidence.Broke(c.get(a.id)), evidence.Broke(c.get(b.id))
		switch {
		case brokeA && brokeB:
			both++
			if both > 2 {
				return
			}
			count = first
		case brokeA:
			count = first
		case brokeB:
			offset, count = offset+first, count-first
		default:
			return
		}
	}
	c.nameRecord(ctx, name, offset)
}

// pageLength is how many records the page that broke has.
func (c *collection) pageLength(name string) int {
	for _, id := range []evidence.Probe{evidence.Lists.Of(name), evidence.ReadFirst, evidence.ReadAgain,
		evidence.Pages.Of(name)} {
		x := c.get(id)
		if x == nil || evidence.Total(x) < 0 || (id == evidence.ReadFirst || id == evidence.ReadAgain) &&
			evidence.PrimaryOf(c.ev.Target).Route != "wc/v3/"+name {
			continue
		}
		return max(1, min(evidence.PageSize, evidence.Total(x)))
	}
	return evidence.PageSize
}

func partID(name string, offset, count int) evidence.Probe {
	return evidence.Parts.Of(fmt.Sprintf("%s.%d+%d", name, offset, count))
}

func (c *collection) part(name string, offset, count int) probe {
	args := pageArgs(name, count)
	args.Set("offset", fmt.Sprint(offset))
	return c.keyed(probe{
		id: partID(name, offset, count), purpose: fmt.Sprintf("%d of the %s of the page that broke", count, name),
		url: c.root.URL("wc/v3/" + name), route: "wc/v3/" + name, args: args, fields: []string{"id"}, limit: 64 << 20,
	})
}

// nameRecord finds the id of a record that cannot be read, by its position in the list: the id lies between those of
// its neighbours.
func (c *collection) nameRecord(ctx context.Context, name string, offset int) {
	newer, older := c.neighbours(name, offset)
	if older <= 0 {
		older = 0
	}
	if newer <= 0 || newer-older > 9 {
		if newer > 0 || older <= 0 {
			return
		}
		newer = older + 8 // the newest record of all: a few ids above the next one
	}
	var probes []probe
	for id := newer - 1; id > older; id-- {
		route := fmt.Sprintf("wc/v3/%s/%d", name, id)
		probes = append(probes, c.keyed(probe{
			id: evidence.Singles.Of(fmt.Sprintf("%s.%d", name, id)), purpose: "one of the records at that position",
			url: c.root.URL(route), route: route,
			args: url.Values{"_fields": {"id"}}, fields: []string{"id"},
		}))
	}
	c.all(ctx, probes...)
}

// neighbours are the ids before and after a position, as far as the parts that worked tell.
func (c *collection) neighbours(name string, offset int) (newer, older int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.ev.Exchanges {
		x := &c.ev.Exchanges[i]
		var from, count int
		if n, _ := fmt.Sscanf(x.ID, "part."+name+".%d+%d", &from, &count); n != 2 {
			continue
		}
		records, ok := evidence.ReadList(x)
		if !ok || len(records) == 0 {
			continue
		}
		if from == offset+1 {
			older = records[0].ID
		}
		if from+len(records) == offset {
			newer = records[len(records)-1].ID
		}
	}
	return newer, older
}
