package listening

import (
	"strings"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/spelling"
	"github.com/waybillhq/waybill/internal/storage"
)

// wanted are the types of events that somebody listens for; empty for all.
type wanted map[string]bool

// wants says whether a change is listened for.
func (w wanted) wants(c storage.Change) bool {
	return len(w) == 0 || w[string(c.Resource)] || w[string(c.Resource)+"."+string(c.Kind)]
}

// kinds are all that can happen to a record.
var kinds = []storage.Kind{storage.Created, storage.Updated, storage.Trashed, storage.Restored, storage.Deleted}

// parseEvents reads names of events: Waybill's own (orders.created), a resource for all of its events (orders), and the
// topics of WooCommerce (order.created). A store says "deleted" also of what lies in its trash.
func parseEvents(names []string) (wanted, error) {
	known := map[string][]string{}
	var all []string
	for _, r := range storage.Resources() {
		known[string(r)] = []string{string(r)}
		for _, k := range kinds {
			name := string(r) + "." + string(k)
			known[name] = []string{name}
			all = append(all, name)
			if topic := singular(r) + "." + string(k); topic != name {
				known[topic] = []string{name}
				if k == storage.Deleted {
					known[topic] = append(known[topic], string(r)+"."+string(storage.Trashed))
				}
			}
		}
	}
	w := wanted{}
	for _, name := range names {
		types, ok := known[strings.ToLower(strings.TrimSpace(name))]
		if !ok {
			p := problem.New(problem.Usage, "there is no event %q", name)
			if near := spelling.Nearest(name, all); near != "" {
				return nil, p.Next("Did you mean: %s", near)
			}
			return nil, p.Next("An event is a resource and what happens to it: orders.created, products.updated")
		}
		for _, t := range types {
			w[t] = true
		}
	}
	return w, nil
}

// singular is what WooCommerce calls one record of a resource in the topics of its webhooks.
func singular(r storage.Resource) string {
	if one, many := strings.CutSuffix(string(r), "ies"); many {
		return one + "y"
	}
	return strings.TrimSuffix(string(r), "s")
}
