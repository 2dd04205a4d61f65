package catalogue

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

func networkChecks() []Check {
	return []Check{
		{
			ID: "dns-nxdomain", Area: AreaNetwork, Severity: Problem, Stage: StageReach,
			Title: "The name of the store has no address",
			See:   "The name cannot be resolved: NXDOMAIN, SERVFAIL or no address in the answer.",
			Tell: "A firewall would let the name resolve and drop the connection (tcp-blocked). Ask for the name " +
				"with and without www: often only one of them exists.",
			Cause: "The address is misspelt, the domain has expired, or its DNS zone is broken.",
			Fixes: []Fix{
				client("Check the spelling of the address: {host}."),
				menu("At the domain's registrar: see that the domain is paid for and that its name servers are " +
					"right. At the DNS provider: add the A (and AAAA) record of the shop's server."),
				prove("curl -sS -o /dev/null -w '%{http_code}\\n' '{home}/'",
					"000 (and curl says that it cannot resolve the name)", "anything but 000"),
			},
			find: func(f *Case) *hit {
				for _, l := range f.Evidence.DNS {
					if l.Host != f.Hostname() || len(l.Addrs) > 0 {
						continue
					}
					h := &hit{confidence: verdict.Sure, why: "the name " + l.Host + " has no address",
						shown: []string{"lookup of " + l.Host + ": " + l.Err}}
					if !l.NotFound {
						h.confidence, h.why = verdict.Likely, "the name "+l.Host+" could not be looked up"
					}
					for _, other := range f.Evidence.DNS {
						if other.Host != l.Host && len(other.Addrs) > 0 {
							h.shown = append(h.shown, other.Host+" has the address "+other.Addrs[0])
							h.why += "; " + other.Host + " has one"
						}
					}
					return h
				}
				return nil
			},
		},
		{
			ID: "tcp-blocked", Area: AreaNetwork, Severity: Problem, Stage: StageReach,
			Title: "The store's server takes no connection from here",
			See: "Connecting times out, is refused or reset, or the connection is closed without an answer, while " +
				"others reach the shop.",
			Tell: "When requests worked first and connections fail afterwards, it is a ban (fail2ban-ban). When " +
				"the name has no address, it is DNS (dns-nxdomain).",
			Cause: "A firewall or a geo filter drops the integration's address, the port is closed, or the web " +
				"server is down.",
			Fixes: []Fix{
				client("Open {home} in a browser from another network. If that fails too, the server is down: call " +
					"the host."),
				host("“Connections from {egress} to {host} are not accepted ({seen}). Please allow this address in " +
					"the firewall (port {port}) and in any country filter.”"),
				prove("curl -sS --connect-timeout 10 -o /dev/null -w '%{http_code}\\n' '{home}/wp-json/'",
					"000 (and curl says why)", "anything but 000"),
			},
			find: findTCPBlocked,
		},
		{
			ID: "fail2ban-ban", Area: AreaNetwork, Severity: Problem, Stage: StageAPI,
			Title: "The server answered at first and then stopped taking connections: a ban",
			See:   "Requests work, and after some refused ones connections fail for minutes or hours.",
			Tell: "With a firewall rule (tcp-blocked) not even the first connection works. A rate limit " +
				"(rate-limit) answers 429 or 503 and lets connections through.",
			Cause: "A guard such as fail2ban counts 401 and 404 answers and bans the address.",
			Fixes: []Fix{
				client("Stop the integration, correct the key first, and wait until the ban ends (often 10 minutes " +
					"to a day): every further try with a wrong key makes it longer."),
				host("“Our address {egress} was banned after failed logins to /wp-json/wc/. Please lift the ban and " +
					"exempt the address (fail2ban: ignoreip).”"),
				prove("curl -sS --connect-timeout 10 -o /dev/null -w '%{http_code}\\n' '{home}/wp-json/'",
					"000 (and curl says why)", "anything but 000"),
			},
			find: func(f *Case) *hit { return hitOf(f.Ban, "fail2ban-ban") },
		},
		{
			ID: "ipv6-broken", Area: AreaNetwork, Severity: Warning, Stage: StageReach,
			Title: "The store has an IPv6 address that does not answer",
			See:   "An AAAA record exists and connecting over IPv6 fails, while IPv4 works.",
			Tell:  "Force one family: curl -6 fails, curl -4 works.",
			Cause: "An AAAA record left from an earlier server, or a web server that does not listen on IPv6. Some " +
				"integrations try IPv6 first and wait for it to fail.",
			Fixes: []Fix{
				menu("At the DNS provider: delete the AAAA record of {name}, or correct it to the address the " +
					"server really has."),
				nginx("listen [::]:443 ssl;"),
				prove("curl -6 -sS --connect-timeout 10 -o /dev/null -w '%{http_code}\\n' '{home}/'",
					"000 (and curl says why)", "anything but 000"),
			},
			find: findBrokenIPv6,
		},
		{
			ID: "dns-wrong-host", Area: AreaNetwork, Severity: Problem, Stage: StageAPI,
			Title: "The name leads to a server that does not have the shop",
			See:   "The name resolves, and the answer is a parking page or a web server's default page.",
			Tell: "Another shop system answers as itself (not-wordpress). With a certificate for another name it " +
				"is the default virtual host (tls-name-mismatch).",
			Cause: "DNS still points to the old server after a move, or the domain is parked.",
			Fixes: []Fix{
				menu("At the DNS provider: let the A and AAAA records of {name} point to the server the shop is on, " +
					"then wait for the old entry's lifetime to end."),
				client("If the shop is at another address, use that one."),
			},
			find: fromRoute("dns-wrong-host"),
		},
	}
}

func findTCPBlocked(f *Case) *hit {
	if h := hitOf(f.Front, "tcp-blocked"); h != nil {
		h.vars = map[string]string{"seen": "accepted and closed without an answer"}
		return h
	}
	if len(f.Evidence.Dials) == 0 {
		return f.lostAtOnce()
	}
	var shown []string
	class := ""
	for _, d := range f.Evidence.Dials {
		if d.OK && strings.HasSuffix(d.Address, ":"+f.Port()) {
			return f.lostAtOnce()
		}
		state := d.Class
		if d.OK {
			state = "open"
		} else if class == "" {
			class = d.Class
		}
		shown = append(shown, d.Address+": "+state)
	}
	return &hit{confidence: verdict.Sure, why: "the connection to " + f.Host() + " " + connectionWords(class),
		shown: shown, vars: map[string]string{"seen": class}}
}

// connectionWords say what became of a connection.
func connectionWords(class string) string {
	switch class {
	case "refused":
		return "was refused"
	case "timeout":
		return "timed out"
	case "reset":
		return "was reset"
	}
	return "failed (" + class + ")"
}

// lostAtOnce finds that the connection comes about, and neither TLS nor an answer follows.
func (f *Case) lostAtOnce() *hit {
	for _, h := range f.Evidence.TLS {
		if !h.OK && slices.Contains([]string{"timeout", "reset", "closed", "refused"}, h.Class) {
			return &hit{confidence: verdict.Likely,
				why:   "the server takes the connection and drops it before TLS is agreed (" + h.Class + ")",
				shown: []string{h.Address + ": " + h.Class}, vars: map[string]string{"seen": h.Class}}
		}
	}
	return nil
}

func findBrokenIPv6(f *Case) *hit {
	name := f.Hostname()
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return nil // every machine has ::1, whatever listens there
	}
	var good, bad *evidence.Dial
	for i := range f.Evidence.Dials {
		d := &f.Evidence.Dials[i]
		switch {
		case d.Family == "ipv4" && d.OK:
			good = d
		case d.Family == "ipv6" && d.OK:
			return nil
		case d.Family == "ipv6" && d.Class != "unreachable":
			bad = d // "unreachable" would say that this machine has no IPv6
		}
	}
	if good == nil || bad == nil {
		return nil
	}
	return &hit{confidence: verdict.Sure,
		why:   bad.Address + " does not take connections (" + bad.Class + "), " + good.Address + " does",
		shown: []string{bad.Address + ": " + bad.Class, good.Address + ": open"}}
}
