package sandbox

// networkBreakages are failures in front of the store: names, firewalls, bans, hosts that answer in its place.
func networkBreakages() []Breakage {
	return []Breakage{
		inPlace("dns-wrong-host", "the name leads to a parking page", Match{},
			Answer{Status: 200, Header: map[string]string{"Server": "parking"}, Body: htmlPage("This domain is parked",
				"<p>This domain is for sale.</p>")}),
		inPlace("tls-default-vhost", "https shows another site than http", Match{},
			Answer{Status: 200, Header: map[string]string{"Server": "nginx"},
				Body: htmlPage("Welcome to nginx!", "<h1>Welcome to nginx!</h1>")}),
		{ID: "tcp-blocked", What: "a firewall closes every connection", Faults: []Fault{{Drop: BeforeCommit}}},
		{
			ID: "fail2ban-ban", What: "after some requests the address of the client is banned",
			Faults: []Fault{{Match: Match{Skip: 10}, Drop: BeforeCommit}},
		},
		inPlace("ip-or-geo-block", "the host refuses the country of the client", Match{},
			Answer{Status: 403, Header: map[string]string{"Server": "nginx"},
				Body: htmlPage("403 Forbidden", "<center><h1>403 Forbidden</h1></center>")}),
		inPlace("cf-waf-payload", "a Cloudflare rule blocks bodies that look like markup",
			Match{Methods: []string{"POST", "PUT", "PATCH"}, Body: `(?i)<script|<iframe|union\s+select`},
			Answer{Status: 403, Header: map[string]string{"Server": "cloudflare", "cf-ray": "8a1b2c3d4e5f-FRA"},
				Body: htmlPage("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1>")}),
	}
}

// tlsBreakages are what a certificate shows.
func tlsBreakages() []Breakage {
	var all []Breakage
	for id, what := range map[TLSFault]string{
		TLSExpired:         "the certificate has expired",
		TLSSelfSigned:      "the certificate is signed by itself",
		TLSNameMismatch:    "the certificate is for another name",
		TLSIncompleteChain: "the server does not send the certificate between its own and the authority's",
		TLSOldVersion:      "the server speaks nothing newer than TLS 1.1",
	} {
		all = append(all, Breakage{ID: string(id), What: what, set: func(s *Store) func() {
			before := s.tlsFault.Swap(&id)
			return func() { s.tlsFault.Store(before) }
		}})
	}
	return all
}
