package probe

import (
	"net/url"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// crossArgs are those of the control without a key. They differ from the key's own, so that a cache that does not look
// at the key cannot give one the answer of the other, except where that is the question (cache.cross).
func crossArgs(r evidence.Resource) url.Values {
	args := r.Args()
	args.Set("page", "1")
	return args
}

func (c *collection) setWay(way evidence.Way) {
	c.way = way
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ev.Way = way
}

func (c *collection) readProbe(id evidence.Probe, purpose string, r evidence.Resource, way evidence.Way) probe {
	pr := probe{id: id, purpose: purpose, url: c.root.URL(r.Route), route: r.Route, args: r.Args(),
		fields: []string{"id"}}
	return c.authorise(pr, way)
}

// authorise gives a probe the key in the way that works.
func (c *collection) authorise(pr probe, way evidence.Way) probe {
	switch way {
	case evidence.WayHeader:
		pr.auth = evidence.AuthHeader
	case evidence.WayQuery:
		pr.auth = evidence.AuthQuery
	case evidence.WayOAuth:
		pr = c.sign(pr, c.signingBase(), c.now())
	}
	return pr
}

// keyed gives a probe the key in the way that was found to work.
func (c *collection) keyed(pr probe) probe { return c.authorise(pr, c.way) }

// oauthProbes ask whether the store knows the key without needing the secret, and the same with a key nobody has.
func (c *collection) oauthProbes(r evidence.Resource) []probe {
	ask := func(id evidence.Probe, purpose, auth, key string) probe {
		args := r.Args()
		for name, value := range map[string]string{
			"oauth_consumer_key": key, "oauth_timestamp": "1", "oauth_nonce": "x", "oauth_signature": "x",
			"oauth_signature_method": "HMAC-SHA256",
		} {
			args.Set(name, value)
		}
		return probe{id: id, purpose: purpose, url: c.root.URL(r.Route), route: r.Route, args: args, auth: auth,
			fields: []string{"id"}}
	}
	return []probe{
		ask(evidence.KeyKnown,
			"the key with a signature that cannot be right: a store that has the key objects to the signature",
			evidence.AuthOAuthWrong, strings.TrimSpace(c.target.Key)),
		ask(evidence.KeyControl, "a key nobody has: a store objects to the key", evidence.AuthControl,
			evidence.ControlKey),
	}
}

func (c *collection) fresh(r evidence.Resource) probe { return c.freshAs(r, c.way) }

func (c *collection) freshAs(r evidence.Resource, way evidence.Way) probe {
	pr := probe{id: evidence.ReadFresh, purpose: "the first read with an argument no cache has seen",
		url: c.root.URL(r.Route), route: r.Route, args: r.Args(), fields: []string{"id", "namespace"}}
	pr.args.Set("_", nonce())
	// A cache may leave that argument out of the addresses it compares. A field that no record has changes the address
	// and nothing of the answer. The namespace is that of a description, see caches.go.
	pr.args.Set("_fields", pr.args.Get("_fields")+",namespace,waybill_"+nonce())
	return c.authorise(pr, way)
}

func (c *collection) scopeProbe(id evidence.Probe, purpose, method, route string) probe {
	pr := probe{id: id, purpose: purpose, method: method, url: c.root.URL(route), route: route}
	return c.keyed(pr)
}

// signedRead is a read with a signature for the given home address, as of now.
func (c *collection) signedRead(r evidence.Resource, base string) probe {
	pr := c.readProbe(evidence.ReadOAuth, "read with a signature", r, evidence.WayNone)
	return c.sign(pr, base, c.now())
}
