package catalogue

import (
	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

func routingChecks() []Check {
	useHome := client("Use exactly {to} as the address of the store in the integration.")
	shopRoot := client("Use exactly {home} as the address of the store, without anything behind it.")
	route := func(id, title, see, tell, cause string, fixes ...Fix) Check {
		return Check{ID: id, Area: AreaRouting, Severity: Problem, Stage: StageAPI, Title: title, See: see, Tell: tell,
			Cause: cause, Fixes: fixes, find: fromRouteOrKey(id)}
	}
	checks := []Check{
		route("redirect-loop", "Redirects lead in a circle",
			"More than a few hops, between http and https or to the same address again.",
			"Follow the redirects by hand: an address comes up twice.",
			"WordPress or a plugin enforces HTTPS and does not see that the request already came over HTTPS: a "+
				"proxy in front ends TLS and does not say so (“flexible SSL”).",
			php("// wp-config.php, above “That's all, stop editing!”, and only behind a proxy of your own:\n"+
				"if ( ( $_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '' ) === 'https' ) { $_SERVER['HTTPS'] = 'on'; }"),
			nginx("proxy_set_header X-Forwarded-Proto $scheme;   # on the proxy\n"+
				"fastcgi_param HTTPS on;                      # on the server that runs PHP"),
			menu("With Cloudflare: SSL/TLS > Overview > “Full (strict)” instead of “Flexible”."),
		),
		route("redirect-https", "The address begins with http:// and the store wants https://",
			"301 or 302 from http:// to https:// on the same name. Clients that follow turn POST into GET and may "+
				"drop the key.", "Host and path stay, only the scheme changes.",
			"The integration was set up with http://.",
			useHome,
			waybill("Waybill can adopt {to} (--adopt). The key was not sent to the http address."),
			addressProof("{home}", "{to}"),
		),
		route("redirect-www", "The store's own address is another one",
			"301 to the address with (or without) www, another port or another host. Many clients drop the key when "+
				"the host changes.", "The REST index of the target names it as home.",
			"The integration uses www where the shop does not, or the other way round, or an old domain.",
			useHome,
			waybill("Waybill can adopt {to} (--adopt) after you have looked at it. The key was not sent there."),
			addressProof("{home}", "{to}"),
		),
		route("redirect-login", "The API is redirected to a login page",
			"302 to wp-login.php, my-account or a single sign-on.",
			"The address it is redirected to is that of a login.",
			"A plugin that hides the whole site from visitors (Force Login, a members-only plugin), without an "+
				"exception for the API.",
			php("// functions.php or a small plugin, for the plugin “Force Login”:\n"+
				"add_filter( 'v_forcelogin_bypass', function ( $bypass ) {\n"+
				"\t// The path alone: an argument must not open the site.\n"+
				"\treturn $bypass || 1 === preg_match( '#^[^.%?]*/wp-json/wc/[^.%?]*([?]|$)#', "+
				"$_SERVER['REQUEST_URI'] ?? '' );\n} );"),
			menu("In the plugin that makes the site private: add /wp-json/wc/ to its exceptions."),
		),
		route("redirect-geo-lang", "The API is redirected to a language or country",
			"302 to /en/…, ?lang= or another country's domain.",
			"Change nothing but Accept-Language, or ask from another country: it leads elsewhere.",
			"A language plugin (WPML, Polylang) or a geo redirect that does not leave the API alone.",
			menu("WPML > Languages > “Browser language redirect”: off. In a geo redirect plugin: exclude /wp-json/."),
			php("// in code that redirects, before it does:\n"+
				"if ( false !== strpos( $_SERVER['REQUEST_URI'] ?? '', '/wp-json/' ) ) { return; }"),
		),
		route("redirect-home", "Something redirects the API to a page of the site",
			"301 or 302 from /wp-json/… to the home page or another page.",
			"When /wp-json/ itself is redirected the whole REST API is meant; when only /wc/ is, a plugin.",
			"A hardening plugin (“disable REST API” with a redirect, Clearfy and the like), a firewall or a "+
				"maintenance mode.",
			menu("In the hardening or security plugin: leave /wp-json/wc/ open (Clearfy: Defence > “Disable REST "+
				"API” off)."),
			wpcli("wp plugin list --status=active   # then deactivate candidates one at a time: wp plugin "+
				"deactivate, followed by the name in the list"),
		),
		route("query-string-dropped", "Arguments in addresses do not reach WordPress",
			"Lists always have ten entries, filters do nothing, keys in the address are ignored; the REST index "+
				"comes back whole although one field was asked for.", "Compare /wp-json/?_fields=name with /wp-json/.",
			"The web server hands requests to index.php without their arguments.",
			nginx("location / { try_files $uri $uri/ /index.php?$args; }"),
			apache("RewriteRule . /index.php [L,QSA]"),
			prove("curl -sS '{home}/wp-json/?_fields=name' | head -c 4000 | grep -o namespaces | head -n 1",
				"“namespaces” (which was not asked for)", "nothing"),
		),
		route("subdirectory-install", "The shop is installed in a directory of the host",
			"The REST index is not at the root (or is that of another site) and is at /shop/wp-json/ or the like.",
			"The page's link rel=\"https://api.w.org/\" names it.",
			"WordPress lives in a directory and the integration was given the root.",
			shopRoot,
			waybill("Waybill can adopt {home} (--adopt)."),
			addressProof("{base}", "{home}"),
		),
		route("permalinks-plain", "Permalinks are set to “Plain”, so the API has no address of its own",
			"/wp-json/ answers with a page, a redirect to itself with a slash, or 404; /?rest_route=/ answers with "+
				"JSON.", "The home page announces …?rest_route=/ as its API.",
			"Settings > Permalinks > Plain. Keys are not looked at in the form ?rest_route=.",
			menu("In wp-admin: Settings > Permalinks, choose “Post name”, Save Changes."),
			wpcli("wp rewrite structure '/%postname%/' --hard && wp rewrite flush --hard"),
			waybill("Until then Waybill can use /index.php?rest_route= with the text wp-json/wc/ in the address, so "+
				"that keys are looked at (--adopt)."),
		),
		route("permalinks-pathinfo", "The API is below /index.php/",
			"/wp-json/ is 404 and /index.php/wp-json/ answers.", "The home page announces /index.php/wp-json/.",
			"“Almost pretty” permalinks: the web server has no rewriting.",
			waybill("Waybill can use {root} (--adopt)."),
			client("In other integrations use {home}/index.php as the address of the store."),
			apache("a2enmod rewrite   # then Settings > Permalinks > “Post name” > Save Changes"),
		),
		route("rewrite-missing", "The web server does not hand the API's address to WordPress",
			"/wp-json/ and posts answer 404 with the web server's own page, the home page works.",
			"A 404 of WordPress has the theme's look; the announced API is /wp-json/; /?rest_route=/ works.",
			"The .htaccess file is missing or not read (AllowOverride None), or nginx has no try_files.",
			apache("# with the shop's own directory in place of /var/www/html:\n<Directory /var/www/html>\n"+
				"  AllowOverride All\n</Directory>\n"+
				"# then in wp-admin: Settings > Permalinks > Save Changes, which writes .htaccess"),
			nginx("location / { try_files $uri $uri/ /index.php?$args; }"),
			wpcli("wp rewrite flush --hard"),
		),
		route("rest-prefix-changed", "The REST API has another path than /wp-json/",
			"/wp-json/ is a 404 of WordPress (or answers without looking at keys), the home page announces another "+
				"path.", "The home page announces the other path (Link header, rel=\"https://api.w.org/\").",
			"The filter rest_url_prefix, or a plugin that hides WordPress.",
			waybill("Waybill can use {root} (--adopt)."),
			php("// undo the change: remove the filter 'rest_url_prefix', then Settings > Permalinks > Save Changes"),
			client("Integrations that cannot be told the path need /wp-json/ back."),
		),
		route("rest-hidden", "The REST API was hidden",
			"404 as a page for /wp-json/, and the site no longer announces its API.",
			"With plain permalinks or a changed path the site still announces one.",
			"WP Hide, “hide wp-json” of a security plugin.",
			menu("In the plugin that hides WordPress (WP Hide > Rewrite > JSON REST; or the security plugin): show "+
				"the REST API again, at least /wp-json/wc/."),
			wpcli("wp plugin list --status=active; wp rewrite flush   # a damaged list of rewrite rules "+
				"looks the same"),
		),
		route("rest-unhooked", "The REST API was taken out of WordPress",
			"/wp-json/ is redirected or answers with a page although permalinks are pretty, and /?rest_route=/ "+
				"does too.", "Nothing answers with JSON, and it is still WordPress.",
			"remove_action( 'parse_request', 'rest_api_loaded' ) in a theme, a snippet or a hardening plugin.",
			wpcli("grep -rn \"rest_api_loaded\" wp-content/themes wp-content/plugins wp-content/mu-plugins"),
			php("// remove this line where the search finds it:\nremove_action( 'parse_request', 'rest_api_loaded' );"),
		),
		route("redirect-canonical-slash", "WordPress takes the API's address for a page",
			"301 from /wp-json/… to the same address with a slash; a POST gets the home page with 200.",
			"The announced API tells why.",
			"Plain permalinks, or the REST handler was taken out; where the REST index itself answers, a rule of "+
				"the web server that adds a slash to every address.",
			menu("In wp-admin: Settings > Permalinks, choose “Post name”, Save Changes."),
			apache("# in front of the rule that adds slashes:\nRewriteCond %{REQUEST_URI} !^/wp-json/"),
			nginx("# in place of the rule for every address:\n"+
				"if ($uri !~ ^/wp-json/) { rewrite ^(.*[^/])$ $1/ permanent; }"),
		),
		route("wpcom-hosted", "The site is private on WordPress.com, or its plan has no plugins",
			"403 unauthorized “User cannot access this private blog.”, or a host below wordpress.com.",
			"The answer has the code unauthorized, or the host ends in wordpress.com.",
			"The site was not launched, or the plan does not allow WooCommerce.",
			menu("WordPress.com > Settings > General: launch the site, or set its privacy to “Public”. A shop needs "+
				"a plan with plugins."),
		),
		route("not-wordpress", "There is no WordPress at this address",
			"No REST index, no announcement of one, no WordPress files.",
			"Title and headers often name the shop system.",
			"The address is that of another shop system, or simply wrong.",
			client("Ask for the address of the WooCommerce shop; {host} is not it."),
		),
		route("woocommerce-inactive", "WooCommerce is not active on this WordPress",
			"Every wc/ route is 404 rest_no_route, the REST index lists no wc/ namespace.",
			"When the namespace is there and one route is missing, it is endpoint-removed.",
			"The plugin was deactivated: by hand, by an update that failed, or by WordPress after a fatal error.",
			menu("In wp-admin: Plugins > WooCommerce > Activate. If it is listed as active, look under WooCommerce "+
				"> Status > Logs for fatal-errors."),
			wpcli("wp plugin activate woocommerce && wp plugin list --status=active"),
		),
		route("wc-namespace-old", "The store has an API older than wc/v3",
			"The namespaces list wc/v1 or wc/v2 and no wc/v3.", "The REST index lists the namespaces.",
			"WooCommerce before 3.5, or a filter that takes the version away "+
				"(woocommerce_rest_api_get_rest_namespaces).",
			menu("In wp-admin: Plugins > WooCommerce > Update now (after a backup)."),
			wpcli("wp plugin update woocommerce && wp wc update"),
			wpcli("grep -rn 'woocommerce_rest_api_get_rest_namespaces' wp-content"),
		),
	}
	return append(checks, addressChecks(shopRoot)...)
}

// addressChecks are the checks about the address as it was given; the doctor itself finds its way all the same.
func addressChecks(shopRoot Fix) []Check {
	address := func(id string, severity Severity, title, see, cause string, fixes ...Fix) Check {
		return Check{ID: id, Area: AreaRouting, Severity: severity, Stage: StageAPI, Title: title, See: see,
			Tell: "The shop works with its bare address.", Cause: cause,
			Fixes: append(fixes, shopRoot, addressProof("{given}", "{home}")), find: fromRouteOrKey(id)}
	}
	return []Check{
		address("legacy-api-removed", Problem, "The address is that of the old API, which WooCommerce removed",
			"/wc-api/v1 to v3 answers 404 with {\"errors\":{\"code\":\"woocommerce_api_disabled\"}}.",
			"The legacy API left WooCommerce in version 9.0.",
			client("Move the integration to wc/v3; keys stay the same."),
			menu("As a stop-gap: Plugins > Add New > “WooCommerce Legacy REST API”.")),
		address("client-wrong-api-version", Problem, "The integration asks for an old version of the API",
			"rest_no_route only for some resources; the address names wc/v1 or wc/v2.",
			"A client library set to an old version.",
			client("Set the API version of the integration to wc/v3.")),
		address("url-encoded-route", Problem, "Slashes in the address are encoded",
			"/wc%2Fv3/… is 404 rest_no_route.", "The client or a proxy encodes slashes.",
			client("Write slashes as they are.")),
		address("url-case", Problem, "The path of the API is written in capitals",
			"/WP-JSON/ is a 404 page; below /WC/v3/ keys are ignored.",
			"WordPress compares these paths letter by letter.", client("Write /wp-json/wc/v3/ in small letters.")),
		address("url-double-slash", Problem, "The address has two slashes in a row",
			"/wp-json//wc/v3/… is 404 rest_no_route.",
			"A base address that ends in a slash and a path that begins with one.",
			client("Take the slash at the end of the address away."),
			Fix{FixCheck, "curl -sS" + statusOnly + " '{home}/wp-json//wc/v3'   # before: 404 (two slashes)\ncurl -sS" +
				statusOnly + " '{home}/wp-json/wc/v3'   # after: 200 application/json (one slash)"}),
		address("rest-route-ignores-keys", Problem, "In the form ?rest_route= WooCommerce does not look at keys",
			"?rest_route=/wc/v3/… with a right key answers 401 as if no key had come.",
			"WooCommerce looks for /wp-json/wc/ in the address before it looks at keys.",
			menu("In wp-admin: Settings > Permalinks, choose “Post name”, Save Changes, and use /wp-json/."),
			client("As a stop-gap add &x=wp-json/wc/ to each address.")),
		address("url-contains-api-path", Warning, "The address given is not the shop's home",
			"The address holds /wp-json/…, /wp-admin or a page of the shop; clients append the API's path once more "+
				"and get 404.", "A deeper address was pasted than the one of the shop."),
	}
}

// fromRouteOrKey makes the check of a redirect that may show only to those who bring a key.
func fromRouteOrKey(id string) func(*Case) *hit {
	return func(f *Case) *hit {
		if h := hitOf(f.Front, id); h != nil {
			return h
		}
		for _, a := range []verdict.Answer{f.Route, f.Key} {
			if h := hitOf(a, id); h != nil {
				h.adopt = f.adoptRoute(a)
				if id == "redirect-canonical-slash" && f.Key.Is(id) {
					f.slashByServer(h)
				}
				switch {
				case id == "permalinks-pathinfo" && f.Target.Pasted.IndexPHP:
					h.severity = Note // the address given is the one to use
				case id == "url-contains-api-path" && (f.Evidence.Root != "" || f.Known()) && f.Route.Is(id):
					h.severity = Note // the shop was found all the same, and Waybill uses its address
				}
				return h
			}
			for _, also := range a.Also {
				if also == id && (a.Is("permalinks-plain") || a.Is("rest-unhooked")) {
					return &hit{confidence: a.Confidence, why: "a consequence of " + a.ID, shown: a.Shown, vars: a.Vars,
						under: []string{a.ID}}
				}
			}
		}
		if id == "rest-route-ignores-keys" && f.Route.Is("permalinks-plain") && f.Target.HasKey {
			return &hit{confidence: verdict.Sure, why: "a consequence of plain permalinks",
				under: []string{"permalinks-plain"}}
		}
		return nil
	}
}

// adoptRoute is what Waybill can do by itself about a route.
func (f *Case) adoptRoute(a verdict.Answer) *Adoption {
	switch a.ID {
	case "permalinks-plain":
		return &Adoption{Root: "/index.php?rest_route=/",
			Says: "use the form ?rest_route=/ until permalinks are changed"}
	case "permalinks-pathinfo", "rest-prefix-changed":
		if root := a.Vars["root"]; root != "" && evidence.SameHost(root, f.Target.Base) {
			return &Adoption{Root: root, Says: "use the API at " + root}
		}
	case "redirect-https", "redirect-www":
		if to := a.Vars["to"]; to != "" {
			return &Adoption{Base: to, Says: "use " + to + " as the address of the store"}
		}
	case "subdirectory-install", "url-contains-api-path", "url-double-slash", "url-encoded-route", "url-case",
		"rest-route-ignores-keys", "client-wrong-api-version":
		if home := a.Vars["home"]; home != "" {
			return &Adoption{Base: home, Says: "use " + home + " as the address of the store"}
		}
	}
	return nil
}

// slashByServer fits the fixes to what was seen: where the REST index answers, it is not WordPress that takes the API
// for a page.
func (f *Case) slashByServer(h *hit) {
	h.title = "The web server adds a slash to the API's addresses and redirects them"
	h.fixes = []Fix{
		apache("# in front of the rule that adds slashes:\nRewriteCond %{REQUEST_URI} !^/wp-json/"),
		nginx("# in place of the rule for every address:\n" +
			"if ($uri !~ ^/wp-json/) { rewrite ^(.*[^/])$ $1/ permanent; }"),
		host("“The web server of {host} redirects /wp-json/wc/v3/orders to the same address with a slash. Please " +
			"exempt /wp-json/ from that rule.”"),
	}
}
