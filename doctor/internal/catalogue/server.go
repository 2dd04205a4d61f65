package catalogue

import (
	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

func serverChecks() []Check {
	log := menu("In wp-admin: WooCommerce > Status > Logs > the file of today whose name begins with fatal-errors: " +
		"it names the file and the plugin; so does wp-content/debug.log.")
	memory := php("// wp-config.php, above “That's all, stop editing!”:\ndefine( 'WP_MEMORY_LIMIT', '256M' );\n" +
		"define( 'WP_MAX_MEMORY_LIMIT', '512M' );")
	page := func(id, title, see, tell, cause string, fixes ...Fix) Check {
		return Check{ID: id, Area: AreaServer, Severity: Problem, Stage: StageAPI, Title: title, See: see, Tell: tell,
			Cause: cause, Fixes: fixes, find: fromPage(id)}
	}
	return []Check{
		tablesMissing,
		page("db-down", "WordPress has lost its database",
			"500 with the title “Database Error”.", "The title of the page. A fatal error (php-fatal) has another one.",
			"The database server is down, full, or its password changed.",
			host("“The shop at {host} shows “Error establishing a database connection”. Please see to the database "+
				"server.”"),
			wpcli("wp db check"),
		),
		page("php-fatal", "PHP stops with a fatal error",
			"500, with the code internal_server_error or the page “WordPress › Error”, or empty.",
			"When only large pages break it is memory (php-oom), when one record does, bad-record.",
			"A plugin or the theme breaks while the answer is made.",
			log,
			wpcli("wp plugin list --status=active   # then: wp plugin deactivate, followed by the plugin that the "+
				"log names"),
			php("// wp-config.php, to see the error in wp-content/debug.log and not in answers:\n"+
				"define( 'WP_DEBUG', true );\ndefine( 'WP_DEBUG_LOG', true );\ndefine( 'WP_DEBUG_DISPLAY', false );"),
		),
		page("php-oom", "PHP runs out of memory on large pages",
			"500 or an empty answer that depends on per_page: 100 breaks, 10 works.",
			"bad-record breaks at one record, however small the page.",
			"The memory limit is too low for a full page.",
			memory, log,
			waybill("Waybill falls back to smaller pages by itself; other clients should ask for {size} records at "+
				"a time."),
		),
		page("bad-record", "One record breaks every page it is on",
			"500 only for one page or one record.", "Halving the page leads to one record.",
			"A damaged order or product, or one of a type whose plugin is gone.",
			menu("In wp-admin open {record}: see the error, repair or delete it. WooCommerce > Status > Logs, the "+
				"file whose name begins with fatal-errors, names what fails."),
			wpcli("wp wc {command} get {id} --user=1   # shows the same error"),
		),
		page("json-encode-error", "WordPress cannot write an answer as JSON",
			"500 with the code rest_encode_error.", "The code. A fatal error (php-fatal) has another one.",
			"A number in a record is infinite or no number (INF, NAN), set by a plugin.",
			menu("In wp-admin open {record} and correct its prices and totals; then look for the plugin that "+
				"writes them."),
		),
		page("gateway-timeout", "The server gives up before WordPress has answered",
			"502, 503, 504 or 524, mostly on large pages.",
			"The time grows with per_page. When everything answers so, PHP is down.",
			"Slow queries, much meta data, or too few PHP processes.",
			nginx("fastcgi_read_timeout 300;"),
			apache("ProxyTimeout 300"),
			host("“Requests to {host}/wp-json/wc/v3/ end with status {status}. Please see whether PHP-FPM runs, has "+
				"free processes and enough time (max_execution_time, request_terminate_timeout).”"),
			waybill("Waybill falls back to smaller pages by itself; other clients should ask for fewer records "+
				"at a time."),
		),
		{
			ID: "client-timeout", Area: AreaServer, Severity: Problem, Stage: StageAPI, Late: true,
			Title: "The store is slower than most integrations wait",
			See:   "One record takes five seconds or more, a page ten, or no answer comes within thirty.",
			Tell:  "With gateway-timeout the server itself gives up and says so.",
			Cause: "Slow plugins, hooks that call other services, or an overloaded server. A client that gives up " +
				"does not stop the store: a write may be done all the same.",
			Fixes: []Fix{
				client("Give the integration a time-out of at least 60 seconds, and let it look whether a write was " +
					"done before it sends it again."),
				wpcli("wp profile stage --url='{home}/wp-json/wc/v3/orders?per_page=1'   # needs the package " +
					"wp-cli/profile-command; names the slow plugin"),
				host("“Requests to {host}/wp-json/wc/v3/ take {elapsed}. Please look at the slow query log and at " +
					"PHP-FPM's slow log.”"),
				prove("{keyed} -m 5 -o /dev/null -w '%{http_code}\\n' '{home}/wp-json/wc/v3/orders?per_page=1'",
					"000 (no answer within 5 seconds)", "anything but 000"),
			},
			find: findSlow,
		},
		{
			ID: "stray-output", Area: AreaServer, Severity: Problem, Stage: StageAPI,
			Title: "Something prints text in front of the store's answers",
			See:   "200 with JSON behind a PHP notice, blank lines or a byte order mark.",
			Tell:  "With headers-already-sent the status and type of the answer are wrong as well.",
			Cause: "display_errors is on, or a file (wp-config.php, functions.php) begins with a byte order mark or " +
				"a blank line.",
			Fixes: []Fix{
				php("// wp-config.php:\nini_set( 'display_errors', '0' );\ndefine( 'WP_DEBUG_DISPLAY', false );"),
				wpcli("grep -rlP '^\\xEF\\xBB\\xBF' --include=*.php wp-config.php wp-content/themes " +
					"wp-content/plugins wp-content/mu-plugins   # files with a byte order mark"),
				log,
				prove("curl -sS '{home}/wp-json/?_fields=name' | head -c 60", "does not begin with “{”",
					"begins with “{”"),
			},
			Under: []string{"headers-already-sent"},
			find:  findStray,
		},
		{
			ID: "stray-output-behind", Area: AreaServer, Severity: Problem, Stage: StageAPI,
			Title: "Something prints text behind the store's answers",
			See:   "200 with whole JSON and a comment, a PHP notice or other text after its end.",
			Tell:  "With stray-output the text stands in front of the JSON.",
			Cause: "A cache plugin that signs what it gives out with an HTML comment (WP Super Cache, W3 Total " +
				"Cache), or code that prints when PHP ends (shutdown).",
			Fixes: []Fix{
				menu("In the cache plugin: leave /wp-json/ out of the cache (WP Super Cache > Advanced > Rejected " +
					"URL Strings: wp-json; W3 Total Cache > Page Cache > Never cache: wp-json). When the text is a " +
					"PHP notice: switch display_errors off."),
				wpcli("grep -rn \"'shutdown'\\|ob_start\" --include=*.php wp-content/mu-plugins wp-content/themes " +
					"wp-content/plugins | head -40   # what prints at the end of an answer"),
				php("// wp-config.php, when the text is a PHP notice:\nini_set( 'display_errors', '0' );\n" +
					"define( 'WP_DEBUG_DISPLAY', false );"),
				prove("curl -sS '{home}/wp-json/?_fields=name' | tail -c 1", "does not end in “}”", "ends in “}”"),
			},
			find: findStrayBehind,
		},
		{
			ID: "headers-already-sent", Area: AreaServer, Severity: Problem, Stage: StageAPI,
			Title: "Something prints text before WordPress can send its headers, so errors arrive as 200",
			See:   "HTTP 200 and text/html around JSON; the status inside the JSON differs from the HTTP status.",
			Tell:  "stray-output alone leaves the status right.",
			Cause: "Output before the headers: a byte order mark, a blank line or an echo with output buffering off.",
			Fixes: []Fix{
				wpcli("grep -rlP '^\\xEF\\xBB\\xBF' --include=*.php wp-config.php wp-content/themes " +
					"wp-content/plugins wp-content/mu-plugins"),
				php("// wp-config.php and the files of the theme must begin with <?php in the very first byte, and " +
					"need no ?> at their end"),
				log,
			},
			find: findLateHeaders,
		},
		{
			ID: "gzip-garbled", Area: AreaServer, Severity: Problem, Stage: StageAPI,
			Title: "Answers are compressed twice, or wrongly announced",
			See:   "A binary body with status 200.", Tell: "With Accept-Encoding: identity it is readable.",
			Cause: "A plugin and the server both compress.",
			Fixes: []Fix{
				menu("Switch compression off in the cache or optimisation plugin; the server does it already."),
				php("; php.ini\nzlib.output_compression = Off"),
				prove("curl -sS --compressed '{home}/wp-json/?_fields=name' | head -c 60 | tr -cd '[:print:]'",
					"no “{\"name\"”", "“{\"name\"”"),
			},
			find: findGarbled,
		},
		{
			ID: "truncated-body", Area: AreaServer, Severity: Problem, Stage: StageAPI,
			Title: "Answers end too early",
			See:   "“unexpected EOF”, or fewer bytes than announced.",
			Tell:  "Ask again with per_page=1: often only large answers end too early.",
			Cause: "A buffer or a full disk of the proxy, or a PHP process that is killed.",
			Fixes: []Fix{
				host("“Answers of {host}/wp-json/wc/v3/ are cut off. Please see the web server's error log " +
					"(“upstream prematurely closed”), its temp directory and its buffers.”"),
				nginx("fastcgi_buffers 16 64k;\nfastcgi_buffer_size 64k;\nfastcgi_max_temp_file_size 1024m;"),
			},
			find: findTruncated,
		},
		{
			ID: "html-200", Area: AreaServer, Severity: Problem, Stage: StageAPI,
			Title: "A page of the site comes in place of data",
			See:   "200 text/html where JSON belongs.",
			Tell:  "Plain permalinks, a cache or a challenge each have a sign of their own.",
			Cause: "Something answers the API's address with a page.",
			Fixes: []Fix{
				wpcli("wp rewrite flush --hard; wp plugin list --status=active"),
				host("“{home}/wp-json/wc/v3/ answers with a page of the site. Please see which rule does that.”"),
			},
			find: findHTML200,
		},
		{
			ID: "method-blocked", Area: AreaServer, Severity: Problem, Stage: StageLetIn,
			Title: "The server does not let every method through",
			See:   "405, 403 or 501 with a page for PUT or DELETE, sometimes for POST too, while reads work.",
			Tell:  "Where POST works, the same as POST with ?_method=PUT reaches WordPress.",
			Cause: "A filter of the web server, ModSecurity or IIS WebDAV.",
			Fixes: []Fix{
				host("“PUT, POST or DELETE to /wp-json/wc/ is refused with status {status}. Please allow all three " +
					"for the path.”"),
				apache("# in place of the <Limit> or <LimitExcept> that is there; beside it this one changes " +
					"nothing:\n<LimitExcept GET POST PUT PATCH DELETE OPTIONS HEAD>\n  Require all denied\n" +
					"</LimitExcept>"),
				nginx("# take limit_except or the if rule about $request_method out of the server block for /wp-json/"),
				waybill("Until then Waybill can send PUT and DELETE as POST with ?_method= (--adopt)."),
			},
			find: findMethodBlocked,
		},
		{
			ID: "method-rewritten", Area: AreaServer, Severity: Problem, Stage: StageLetIn,
			Title: "The server turns PUT and DELETE into GET",
			See:   "PUT answers 200 and changes nothing.",
			Tell:  "PUT to an address that only reads is answered like a GET.",
			Cause: "A host that converts methods.",
			Fixes: []Fix{
				host("“PUT requests to {host} arrive in PHP as GET. Please pass methods on unchanged.”"),
				waybill("Until then Waybill can send PUT and DELETE as POST with ?_method= (--adopt)."),
			},
			find: findMethodRewritten,
		},
		{
			ID: "redirect-post-to-get", Area: AreaRouting, Severity: Problem, Stage: StageLetIn,
			Title: "Writes are redirected, and a redirected POST becomes a GET",
			See:   "POST “succeeds” with 200 and a list, or 404; with redirects off it is 301 or 302.",
			Tell:  "Reads of the same address are not redirected.",
			Cause: "A redirect for POST only: a slash, www or https rule, or a firewall.",
			Fixes: []Fix{
				client("Use exactly {to} as the address, so that no redirect is needed."),
				nginx("return 308 {to}$request_uri;   # in place of 301 or 302: with 308 a POST stays a POST"),
			},
			find: findPostRedirect,
		},
		{
			ID: "body-too-large", Area: AreaServer, Severity: Problem, Stage: StageLetIn,
			Title: "The server refuses larger requests",
			See:   "413 with a page for bodies well below a megabyte.", Tell: "413 with JSON " +
				"woocommerce_rest_request_entity_too_large is WooCommerce's limit of 100 records in a batch.",
			Cause: "client_max_body_size, post_max_size or a firewall's limit.",
			Fixes: []Fix{
				nginx("client_max_body_size 8m;"), php("; php.ini\npost_max_size = 32M"),
				apache("LimitRequestBody 8388608"),
				host("“POST requests of 256 kB to {host}/wp-json/wc/ are refused with {status}. Please allow 8 MB.”"),
				prove("head -c 262144 /dev/zero | tr '\\0' x | {keyed}"+statusOnly+
					" -X POST -H 'Content-Type: application/json' -H 'Expect:' --data-binary @- "+
					"'{home}/wp-json/wc/v3/"+evidence.ProbeRoute+"'", "anything but “application/json”",
					"“application/json” (the store's own refusal of a body of nothing but x)"),
			},
			find: findBodyTooLarge,
		},
		{
			ID: "uri-too-long", Area: AreaServer, Severity: Warning, Stage: StageLetIn,
			Title: "The server refuses long addresses",
			See:   "414 (or 400) for an address of some thousand characters, as lists of record numbers make it.",
			Tell:  "A short address works.",
			Cause: "A small header buffer.",
			Fixes: []Fix{nginx("large_client_header_buffers 4 16k;"), apache("LimitRequestLine 16380"),
				client("Send fewer record numbers in one include=."),
				prove("{keyed}"+statusOnly+" \"{home}/wp-json/wc/v3/{resource}?per_page=1&_fields=id&include=$(seq "+
					"-s, 9000000001 9000000364)\"", "anything but 200 application/json", "200 application/json")},
			find: findLongURI,
		},
		{
			ID: "content-type-missing", Area: AreaServer, Severity: Problem, Stage: StageLetIn,
			Title: "The content type of writes gets lost, and WordPress ignores their bodies",
			See:   "A batch answers 200 with nothing in it, a create makes an empty record.",
			Tell:  "A body that is no JSON is not objected to.",
			Cause: "The web server does not pass Content-Type on to PHP, or the client does not send it.",
			Fixes: []Fix{
				nginx("fastcgi_param CONTENT_TYPE $content_type;\nfastcgi_param CONTENT_LENGTH $content_length;"),
				client("Send Content-Type: application/json with every write."),
			},
			find: findLostContentType,
		},
	}
}
