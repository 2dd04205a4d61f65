package catalogue

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

func transportChecks() []Check {
	apacheFix := []Fix{
		apache("# .htaccess, above the lines of WordPress; Apache 2.4.13 and newer:\nCGIPassAuth On\n" +
			"# or, on any Apache:\nSetEnvIf Authorization \"(.*)\" HTTP_AUTHORIZATION=$1"),
		apache("RewriteEngine On\nRewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]"),
		nginx("fastcgi_param HTTP_AUTHORIZATION $http_authorization;"),
		menu("In wp-admin: Settings > Permalinks > Save Changes. WordPress 5.6 and newer then writes the rule into " +
			".htaccess itself."),
	}
	key := func(id, title, see, tell, cause string, fixes ...Fix) Check {
		return Check{ID: id, Area: AreaTransport, Severity: Problem, Stage: StageKey, Title: title, See: see,
			Tell: tell, Cause: cause, Fixes: fixes, find: fromKeyWithWay(id)}
	}
	return []Check{
		key("auth-hijack-jwt", "A JWT plugin takes the key's header for its own",
			"403 jwt_auth_bad_auth_header, or HTTP 200 around statusCode 403.", "The same key works in the address.",
			"The plugin reads every Authorization header and refuses what is no token.",
			menu("Update the plugin (“JWT Authentication for WP REST API” and the like), and add /wp-json/wc/ to "+
				"its white list."),
			php("// for “JWT Auth”:\n"+
				"add_filter( 'jwt_auth_whitelist', function ( $endpoints ) { $endpoints[] = '/wp-json/wc/*'; return "+
				"$endpoints; } );"),
			waybill("Until then Waybill can send the key in the address (--adopt)."),
		),
		{
			ID: "jwt-200-error", Area: AreaTransport, Severity: Problem, Stage: StageKey,
			Title: "A plugin answers errors with HTTP 200",
			See: "HTTP 200 around an error: {\"success\":false,\"statusCode\":403,…}, or an error of " +
				"WooCommerce's own whose data names another status.",
			Tell: "The status in the body differs from that of the answer. With headers-already-sent the content " +
				"type is text/html besides.",
			Cause: "The JWT plugin that refuses the key (auth-hijack-jwt), or a snippet that sets the status itself.",
			Fixes: []Fix{
				menu("With a JWT plugin (auth-hijack-jwt): update it and add /wp-json/wc/ to its white list."),
				wpcli("grep -rnE 'status_header|http_response_code|rest_pre_serve_request|rest_post_dispatch' " +
					"--include=*.php wp-content/mu-plugins wp-content/themes wp-content/plugins | grep -v " +
					"woocommerce/   # who sets the status"),
			},
			find: findErrorsWith200,
		},
		key("auth-hijack-miniorange", "The plugin “miniOrange API Authentication” refuses keys",
			"401 or 403 with {\"status\":\"error\",\"error\":\"UNAUTHORIZED\",\"error_description\":…} and no code.",
			"Every error of WordPress has a “code”; this one has none.",
			"The plugin protects every route.",
			menu("In wp-admin: miniOrange API Authentication > Protected REST APIs: take /wc/v3 out."),
		),
		key("auth-header-stripped", "The server does not pass the Authorization header on to PHP",
			"Over HTTPS the key in the header gets 401 as if there were none; the same key in the address works.",
			"A wrong secret in the header is not noticed, a wrong secret in the address is. When neither is "+
				"noticed, the store does not know of HTTPS (is-ssl-false).",
			"Apache with CGI, FastCGI or PHP-FPM drops the header unless it is told to keep it.",
			append(apacheFix, waybill("Until then Waybill can send the key in the address over HTTPS (--adopt). "+
				"Server logs then hold it: make a new key when the header works."))...,
		),
		key("auth-header-stripped-proxy", "A proxy or CDN in front of the store drops the Authorization header",
			"As auth-header-stripped, and Server, Via or another header shows a proxy.",
			"The same request straight to the origin works.",
			"The CDN takes Authorization away before it asks the origin.",
			append([]Fix{
				host("“The Authorization header of requests to {host}/wp-json/wc/ does not arrive at PHP. Please " +
					"let the CDN/proxy pass it on for this path and not cache the path.”"),
			}, append(apacheFix,
				waybill("Until then Waybill can send the key in the address over HTTPS (--adopt)."))...)...,
		),
		key("is-ssl-false", "The store does not know that it is reached over HTTPS",
			"Over HTTPS the key gets 401 as if there were none, in the header and in the address; a signature made "+
				"for http:// is accepted.", "With a lost header (auth-header-stripped) the key in the address works.",
			"TLS ends at a proxy or load balancer, and PHP is not told. WooCommerce looks at key and secret only "+
				"over HTTPS.",
			php("// wp-config.php, above “That's all, stop editing!”, and only behind a proxy of your own:\n"+
				"if ( ( $_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '' ) === 'https' ) { $_SERVER['HTTPS'] = 'on'; }"),
			nginx("proxy_set_header X-Forwarded-Proto $scheme;   # on the proxy\n"+
				"fastcgi_param HTTPS on;                      # on the server that runs PHP"),
			host("“PHP does not see that visitors use HTTPS ($_SERVER['HTTPS'] is not set). Please pass "+
				"X-Forwarded-Proto, or set HTTPS=on for this site.”"),
			waybill("Until then Waybill can sign requests (OAuth 1.0a, --adopt); the secret does not travel then."),
		),
		{
			ID: "keys-over-http", Area: AreaTransport, Severity: Problem, Stage: StageAPI,
			Title: "The address begins with http://, and there WooCommerce takes no key and secret",
			See: "http:// with Basic authentication or keys in the address: 401 as if there were no key. Signed " +
				"requests (OAuth 1.0a) work.",
			Tell: "The address in use begins with http://. When the store sends it on to https:// it is " +
				"redirect-https.",
			Cause: "WooCommerce takes key and secret only over HTTPS, because anybody on the way could read them.",
			Fixes: []Fix{
				client("Use the https:// address of the shop in the integration: {to}."),
				menu("Without a certificate: issue one in the hosting panel (Let's Encrypt is free), then wp-admin " +
					"> Settings > General: both addresses with https://."),
				waybill("Waybill signs requests to a plain HTTP store (OAuth 1.0a), so the secret does not travel; " +
					"orders and customers' data do, readable for everybody on the way."),
				look("Look at the address that the integration uses: it begins with https:// when this is mended. " +
					"Do not try it with curl, which would send the secret readable for everybody."),
			},
			find: findPlainHTTP,
		},
		key("auth-hook-conflict", "A plugin decides who is asking, and WooCommerce is not asked",
			"A right key gets 401 by every road and not even a senseless signature is objected to; or everybody is "+
				"let in, with and without a key.",
			"On a copy of the shop, deactivate plugins one at a time: without the right one the key is let in.",
			"A plugin or snippet hooks determine_current_user or rest_authentication_errors and replaces "+
				"WooCommerce's own reading of keys.",
			wpcli("grep -rln 'determine_current_user\\|woocommerce_rest_is_request_to_rest_api\\|"+
				"rest_authentication_errors' "+
				"wp-content/plugins wp-content/themes wp-content/mu-plugins"),
			menu("Update or remove the plugin that is found; login, membership and “see price after login” plugins "+
				"come first."),
		),
		key("invalid-username-global", "WordPress takes the key for a user name",
			"401 invalid_username or incorrect_password.", "Without the header the same address answers.",
			"Application passwords are in use, and the address is not one of WooCommerce's: there WordPress checks "+
				"the header itself.",
			client("Send the key only to addresses below /wp-json/wc/, never to /wp-json/ itself and never below "+
				"/wp-json/wp/v2/."),
		),
		key("oauth-missing-param", "Arguments get lost on the way to the store",
			"401 woocommerce_rest_authentication_missing_parameter although all five were sent; when all are taken "+
				"away, the 401 of somebody without a key.",
			"The message lists the missing names. WordPress' public lists repeat the arguments that arrived.",
			"A firewall or a rewrite rule takes arguments out of addresses.",
			host("“Arguments that begin with oauth_ do not arrive at PHP on {host}. Please see which firewall or "+
				"rewrite rule removes them.”"),
		),
		key("oauth-host-mismatch", "The store signs with another address than the one in use",
			"Signed requests are refused (Invalid signature) under this address and accepted under the store's own.",
			"A signature for the home address that the REST index names is accepted.",
			"WooCommerce signs with its home address, not with the host that was asked.",
			client("Use exactly {home} as the address of the store."),
			wpcli("wp option get home   # and, if that one is wrong: wp option update home 'https://{host}' && wp "+
				"option update siteurl 'https://{host}'"),
		),
		key("oauth-scheme-mismatch", "Client and store disagree about http or https in the signature",
			"Signed requests are refused under http:// and accepted when signed for https:// (or the other way "+
				"round).", "Of two signatures, one for http:// and one for https://, the other one is accepted.",
			"A proxy makes the store believe that it is on HTTPS.",
			client("Use the https:// address of the store; there no signature is needed."),
			nginx("fastcgi_param HTTPS $https if_not_empty;   # in place of a fixed “on”"),
		),
		key("oauth-extra-param", "The web server adds an argument that spoils signatures",
			"Every signed request is refused on this server, also with a right secret.", "WordPress' public lists "+
				"repeat the arguments that arrived; signed together with what was added it is accepted.",
			"A rewrite such as index.php?q=$uri, or a proxy that adds a language or a tracking argument; the store "+
				"signs all arguments it sees.",
			nginx("location / { try_files $uri $uri/ /index.php?$args; }"),
			host("“A proxy or a rewrite rule adds {extra} to the addresses that reach PHP on {host}. Please leave "+
				"/wp-json/ as it was asked for.”"),
		),
		{
			ID: "ua-bot-cache", Area: AreaTransport, Severity: Problem, Stage: StageAPI,
			Title: "The host gives programs an old answer from its cache",
			See:   "A page, or a 401 that carries Age or a cache's HIT, whatever is asked for; a browser gets data.",
			Tell: "Only the name of the client (User-Agent) makes the difference. A host that refuses a name says " +
				"403 or closes the connection (ua-blocked).",
			Cause: "The host serves what it takes for robots from a cache and does not look at the key.",
			Fixes: []Fix{
				host("“Requests of our integration (User-Agent: {agent}) to {host}/wp-json/ get cached answers. " +
					"Please exclude /wp-json/ from the cache for every client.”"),
				client("Send a User-Agent of your own that names no robot: waybill doctor {home} --user-agent 'My " +
					"ERP/1.0' shows whether that one passes."),
			},
			find: fromFront("ua-bot-cache"),
		},
		{
			ID: "clock-skew", Area: AreaTransport, Severity: Warning, Stage: StageAPI,
			Title: "The clocks of the store and of this machine are far apart",
			See: "Signed requests get “Invalid timestamp.”; the Date header differs from this machine's time by " +
				"more than 15 minutes.",
			Tell:  "A wrong signature has the same code and another message.",
			Cause: "One of the two machines does not keep its clock (NTP), or the client counts in milliseconds.",
			Fixes: []Fix{
				client("See that this machine keeps its time: timedatectl status"),
				host("“The clock of {host} is {skew}. Please switch on NTP.”"),
				prove("date -u; curl -sSI '{home}/' | grep -i '^date'", "two times that are far apart",
					"two times that agree"),
			},
			find: findSkew,
		},
	}
}

func fromKeyWithWay(id string) func(*Case) *hit {
	return func(f *Case) *hit {
		h := hitOf(f.Key, id)
		if h == nil {
			for _, also := range f.Key.Also {
				if also == id {
					return &hit{confidence: verdict.Likely, why: "shows together with " + f.Key.ID, shown: f.Key.Shown,
						vars: f.Key.Vars, under: alsoUnder(id, f.Key.ID)}
				}
			}
			return nil
		}
		if id == "auth-header-stripped" && f.byNginx() {
			h.refit = nginxFirst
		}
		if id == "auth-header-stripped" && f.Evidence.Way == evidence.WayNone {
			first := h.refit
			h.refit = func(own []Fix) []Fix { // the address is no way either
				if first != nil {
					own = first(own)
				}
				return slices.DeleteFunc(slices.Clone(own), func(fix Fix) bool { return fix.Kind == FixWaybill })
			}
		}
		switch {
		case f.Evidence.Way == evidence.WayQuery:
			h.adopt = &Adoption{Way: evidence.WayQuery, Says: "send the key in the address, over HTTPS"}
		case f.Evidence.Way == evidence.WayOAuth && id == "is-ssl-false":
			h.adopt = &Adoption{Way: evidence.WayOAuth, Says: "sign requests (OAuth 1.0a)"}
		}
		return h
	}
}

// findErrorsWith200 tells what a JWT plugin does to keys from what a snippet does to every error.
func findErrorsWith200(f *Case) *hit {
	if h := fromKeyWithWay("jwt-200-error")(f); h != nil {
		return h
	}
	x := f.OverwrittenStatus()
	if x == nil {
		return nil
	}
	h := &hit{confidence: verdict.Likely, shown: []string{evidence.Describe(x)},
		why: fmt.Sprintf("an error (%s) came with HTTP 200 and the headers of the REST API, and the JSON in it says "+
			"%d: a plugin or a snippet sets the status", x.Body.Code, x.Body.DataState)}
	if command, ok := f.curlOf(x); ok {
		h.proof = prove(command, seen(x), fmt.Sprintf("%d application/json (as the JSON says)", x.Body.DataState))
	}
	return h
}

// alsoUnder are the causes below which a finding is folded: a second cause beside the first is one of its own, a
// consequence is not.
func alsoUnder(id, root string) []string {
	if id == "jwt-200-error" {
		return []string{root}
	}
	return nil
}

// findPlainHTTP finds an http address that is not redirected. Whether it is a problem depends on whether HTTPS is to be
// had; on a machine of one's own the missing encryption exposes nothing.
func findPlainHTTP(f *Case) *hit {
	if f.Scheme() != "http" || f.Route.Is("redirect-https") || f.Route.Is("redirect-loop") {
		return nil
	}
	if f.Index() == nil && f.Get(evidence.ReadOAuth) == nil && !f.WantsTLS() {
		return nil
	}
	vars := map[string]string{"to": strings.Replace(f.Target.Base, "http://", "https://", 1)}
	if https := f.Get(evidence.HTTPSIndex); evidence.ReadIndex(https) != nil {
		vars["to"] = strings.TrimSuffix(evidence.WithoutArgs(https.Request.URL), "/wp-json/")
		return &hit{confidence: verdict.Sure, why: "the same store answers at " + vars["to"],
			shown: []string{evidence.Describe(https)}, vars: vars,
			refit: without(FixMenu), // it has a certificate
			adopt: &Adoption{Base: vars["to"], Says: "use " + vars["to"]}}
	}
	h := &hit{severity: Warning, confidence: verdict.Sure, why: "no HTTPS address of this store was found; signed " +
		"requests work, and everything they bring can be read on the way", vars: vars,
		refit: without(FixClient), // there is no such address
		adopt: &Adoption{Way: evidence.WayOAuth, Says: "sign requests (OAuth 1.0a)"}}
	if f.Evidence.Local.Loopback {
		h.severity, h.why = Note, "no HTTPS address of this store was found; it is on this very machine, where "+
			"nothing travels"
	}
	if !f.Known() && f.Target.HasKey {
		h.severity = Warning
	}
	return h
}

// without leaves out the fixes of one kind.
func without(kind FixKind) func([]Fix) []Fix {
	return func(own []Fix) []Fix {
		return slices.DeleteFunc(slices.Clone(own), func(fix Fix) bool { return fix.Kind == kind })
	}
}

func findSkew(f *Case) *hit {
	skew, ok := f.Skew()
	if h := hitOf(f.Key, "clock-skew"); h != nil {
		h.severity = Problem
		h.vars = map[string]string{"skew": spell(skew)}
		return h
	}
	if !ok || abs(skew) < 15*time.Minute {
		return nil
	}
	return &hit{
		confidence: verdict.Sure, vars: map[string]string{"skew": spell(skew)},
		why:   fmt.Sprintf("the store's clock is %s", spell(skew)),
		shown: []string{"Date header against this machine's clock: " + spell(skew)},
	}
}

func abs(d time.Duration) time.Duration {
	if d < 0 {
		return -d
	}
	return d
}

// spell says how far a clock is off, as people say it.
func spell(d time.Duration) string {
	way := "ahead"
	if d < 0 {
		way = "behind"
	}
	d = abs(d)
	switch {
	case d < 90*time.Second:
		return evidence.Plural(int(d.Round(time.Second)/time.Second), "second") + " " + way
	case d < 90*time.Minute:
		return evidence.Plural(int(d.Round(time.Minute)/time.Minute), "minute") + " " + way
	case d < 48*time.Hour:
		return evidence.Plural(int(d.Round(time.Hour)/time.Hour), "hour") + " " + way
	}
	return evidence.Plural(int(d.Round(24*time.Hour)/(24*time.Hour)), "day") + " " + way
}

// byNginx says whether the web server calls itself nginx, which reads no .htaccess. There may be an Apache behind it
// all the same.
func (f *Case) byNginx() bool {
	index := f.Get(evidence.Index)
	return index != nil && strings.HasPrefix(strings.ToLower(index.Header.Get("Server")), "nginx")
}

// nginxFirst are the fixes of a check in another order, without clicks that would write a file nginx does not read.
func nginxFirst(own []Fix) []Fix {
	var first, rest []Fix
	for _, fix := range own {
		switch fix.Kind {
		case FixNginx:
			first = append(first, fix)
		case FixMenu:
		default:
			rest = append(rest, fix)
		}
	}
	return append(first, rest...)
}
