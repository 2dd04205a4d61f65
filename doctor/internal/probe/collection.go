package probe

import (
	"net/url"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// collection is one run through the stages, in the order in which a store decides about a request.
type collection struct {
	*prober
	root evidence.RestRoot
	home string // home as the store itself knows it, from the index
	way  evidence.Way
	// signFor is the home address under which a signature was accepted that could not be compared with a control.
	signFor string
	steady  map[string]int // kinds of doubtful answers that came the same again, and how many there were
}

// stop notes why nothing more is asked.
func (c *collection) stop(at, reason string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ev.Stops = append(c.ev.Stops, evidence.Stop{At: at, Reason: reason})
	return false
}

// get finds an exchange of this run by its name.
func (c *collection) get(id evidence.Probe) *evidence.Exchange {
	c.mu.Lock()
	defer c.mu.Unlock()
	return evidence.Find(c.ev.Exchanges, id)
}

// indexFields are what is asked of the REST index. Never with the key: with application passwords in use the index
// answers 401 invalid_username to it (docs/woocommerce/authentication.md#safe-probes).
var indexFields = []string{"name", "url", "home", "namespaces", "authentication", "gmt_offset", "timezone_string"}

func indexProbe(id evidence.Probe, purpose, address string) probe {
	return probe{
		id: id, purpose: purpose, url: address, fields: indexFields,
		args: url.Values{"_fields": {strings.Join(indexFields, ",")}},
	}
}
