package doctor

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

func serverChecks() []Check {
	log := menu("In wp-admin: WooCommerce > Status > Logs > the file of today whose name begins with fatal-errors: it names the file and the plugin; so does wp-content/debug.log.")
	memory := php("// wp-config.php, above “That's all, stop editing!”:\ndefine( 'WP_MEMORY_LIMIT', '256M' );\ndefine( 'WP_MAX_MEMORY_LIMIT', '512M' );")
	page := func(id, title, see, tell, cause string, fixes ...Fix) Check {
		return Check{ID: id, Area: AreaServer, Severity: Problem, Stage: StageAPI, Title: title, See: see, Tell: tell, Cause: cause, Fixes: fixes, find: fromPage(id)}
	}
	return []Check{
		page("db-down", "WordPress has lost its database",
			"500 with the title “Database Error”.", "The title of the page. A fatal error (php-fatal) has another one.", "The database server is down, full, or its password changed.",
			host("“The shop at {host} shows “Error establishing a database connection”. Please see to the database server.”"),
			wpcli("wp db check"),
		),
		page("php-fatal", "PHP stops with a fatal error",
			"500, with the code internal_server_error or the page “WordPress › Error”, or empty.", "When only large pages break it is memory (php-oom), when one record does, bad-record.",
			"A plugin or the theme breaks while the answer is made.",
			log,
			wpcli("wp plugin list --status=active   # then: wp plugin deactivate, followed by the plugin that the log names"),
			php("// wp-config.php, to see the error in wp-content/debug.log and not in answers:\ndefine( 'WP_DEBUG', true );\ndefine( 'WP_DEBUG_LOG', true );\ndefine( 'WP_DEBUG_DISPLAY', false );"),
		),
		page("php-oom", "PHP runs out of memory on large pages",
			"500 or an empty answer that depends on per_page: 100 breaks, 10 works.", "bad-record breaks at one record, however small the page.",
			"The memory limit is too low for a full page.",
			memory, log,
			waybill("Waybill falls back to smaller pages by itself; other clients should ask for {size} records at a time."),
		),
		page("bad-record", "One record breaks every page it is on",
			"500 only for one page or one record.", "Halving the page leads to one record.",
			"A damaged order or product, or one of a type whose plugin is gone.",
			menu("In wp-admin open {record}: see the error, repair or delete it. WooCommerce > Status > Logs, the file whose name begins with fatal-errors, names what fails."),
			wpcli("wp wc {command} get {id} --user=1   # shows the same error"),
		),
		page("json-encode-error", "WordPress cannot write an answer as JSON",
			"500 with the code rest_encode_error.", "The code. A fatal error (php-fatal) has another one.", "A number in a record is infinite or no number (INF, NAN), set by a plugin.",
			menu("In wp-admin open {record} and correct its prices and totals; then look for the plugin that writes them."),
		),
		page("gateway-timeout", "The server gives up before WordPress has answered",
			"502, 503, 504 or 524, mostly on large pages.", "The time grows with per_page. When everything answers so, PHP is down.",
			"Slow queries, much meta data, or too few PHP processes.",
			nginx("fastcgi_read_timeout 300;"),
			apache("ProxyTimeout 300"),
			host("“Requests to {host}/wp-json/wc/v3/ end with status {status}. Please see whether PHP-FPM runs, has free processes and enough time (max_execution_time, request_terminate_timeout).”"),
			waybill("Waybill falls back to smaller pages by itself; other clients should ask for fewer records at a time."),
		),
		{
			ID: "client-timeout", Area: AreaServer, Severity: Problem, Stage: StageAPI, Late: true,
			Title: "The store is slower than most integrations wait",
			See:   "One record takes five seconds or more, a page ten, or no answer comes within thirty.",
			Tell:  "With gateway-timeout the server itself gives up and says so.",
			Cause: "Slow plugins, hooks that call other services, or an overloaded server. A client that gives up does not stop the store: a write may be done all the same.",
			Fixes: []Fix{
				client("Give the integration a time-out of at least 60 seconds, and let it look whether a write was done before it sends it again."),
				wpcli("wp profile stage --url='{home}/wp-json/wc/v3/orders?per_page=1'   # needs the package wp-cli/profile-command; names the slow plugin"),
				host("“Requests to {host}/wp-json/wc/v3/ take {elapsed}. Please look at the slow query log and at PHP-FPM's slow log.”"),
				prove("{keyed} -m 5 -o /dev/null -w '%{http_code}\\n' '{home}/wp-json/wc/v3/orders?per_page=1'", "000 (no answer within 5 seconds)", "anything but 000"),
			},
			find: findSlow,
		},
		{
			ID: "stray-output", Area: AreaServer, Severity: Problem, Stage: StageAPI,
			Title: "Something prints text in front of the store's answers",
			See:   "200 with JSON behind a PHP notice, blank lines or a byte order mark.",
			Tell:  "With headers-already-sent the status and type of the answer are wrong as well.",
			Cause: "display_errors is on, or a file (wp-config.php, functions.php) begins with a byte order mark or a blank line.",
			Fixes: []Fix{
				php("// wp-config.php:\nini_set( 'display_errors', '0' );\ndefine( 'WP_DEBUG_DISPLAY', false );"),
				wpcli("grep -rlP '^\\xEF\\xBB\\xBF' --include=*.php wp-config.php wp-content/themes wp-content/plugins wp-content/mu-plugins   # files with a byte order mark"),
				log,
				prove("curl -sS '{home}/wp-json/?_fields=name' | head -c 60", "does not begin with “{”", "begins with “{”"),
			},
			Under: []string{"headers-already-sent"},
			find:  findStray,
		},
		{
			ID: "stray-output-behind", Area: AreaServer, Severity: Problem, Stage: StageAPI,
			Title: "Something prints text behind the store's answers",
			See:   "200 with whole JSON and a comment, a PHP notice or other text after its end.",
			Tell:  "With stray-output the text stands in front of the JSON.",
			Cause: "A cache plugin that signs what it gives out with an HTML comment (WP Super Cache, W3 Total Cache), or code that prints when PHP ends (shutdown).",
			Fixes: []Fix{
				menu("In the cache plugin: leave /wp-json/ out of the cache (WP Super Cache > Advanced > Rejected URL Strings: wp-json; W3 Total Cache > Page Cache > Never cache: wp-json). When the text is a PHP notice: switch display_errors off."),
				wpcli("grep -rn \"'shutdown'\\|ob_start\" --include=*.php wp-content/mu-plugins wp-content/themes wp-content/plugins | head -40   # what prints at the end of an answer"),
				php("// wp-config.php, when the text is a PHP notice:\nini_set( 'display_errors', '0' );\ndefine( 'WP_DEBUG_DISPLAY', false );"),
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
				wpcli("grep -rlP '^\\xEF\\xBB\\xBF' --include=*.php wp-config.php wp-content/themes wp-content/plugins wp-content/mu-plugins"),
				php("// wp-config.php and the files of the theme must begin with <?php in the very first byte, and need no ?> at their end"),
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
				prove("curl -sS --compressed '{home}/wp-json/?_fields=name' | head -c 60 | tr -cd '[:print:]'", "no “{\"name\"”", "“{\"name\"”"),
			},
			find: findGarbled,
		},
		{
			ID: "truncated-body", Area: AreaServer, Severity: Problem, Stage: StageAPI,
			Title: "Answers end too early",
			See:   "“unexpected EOF”, or fewer bytes than announced.", Tell: "Ask again with per_page=1: often only large answers end too early.",
			Cause: "A buffer or a full disk of the proxy, or a PHP process that is killed.",
			Fixes: []Fix{
				host("“Answers of {host}/wp-json/wc/v3/ are cut off. Please see the web server's error log (“upstream prematurely closed”), its temp directory and its buffers.”"),
				nginx("fastcgi_buffers 16 64k;\nfastcgi_buffer_size 64k;\nfastcgi_max_temp_file_size 1024m;"),
			},
			find: findTruncated,
		},
		{
			ID: "html-200", Area: AreaServer, Severity: Problem, Stage: StageAPI,
			Title: "A page of the site comes in place of data",
			See:   "200 text/html where JSON belongs.", Tell: "Plain permalinks, a cache or a challenge each have a sign of their own.",
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
			See:   "405, 403 or 501 with a page for PUT or DELETE, sometimes for POST too, while reads work.", Tell: "Where POST works, the same as POST with ?_method=PUT reaches WordPress.",
			Cause: "A filter of the web server, ModSecurity or IIS WebDAV.",
			Fixes: []Fix{
				host("“PUT, POST or DELETE to /wp-json/wc/ is refused with status {status}. Please allow all three for the path.”"),
				apache("<LimitExcept GET POST PUT PATCH DELETE OPTIONS HEAD>\n  Require all denied\n</LimitExcept>"),
				nginx("# take limit_except or the if rule about $request_method out of the server block for /wp-json/"),
				waybill("Until then Waybill can send PUT and DELETE as POST with ?_method= (--adopt)."),
			},
			find: findMethodBlocked,
		},
		{
			ID: "method-rewritten", Area: AreaServer, Severity: Problem, Stage: StageLetIn,
			Title: "The server turns PUT and DELETE into GET",
			See:   "PUT answers 200 and changes nothing.", Tell: "PUT to an address that only reads is answered like a GET.",
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
			See:   "POST “succeeds” with 200 and a list, or 404; with redirects off it is 301 or 302.", Tell: "Reads of the same address are not redirected.",
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
			See:   "413 with a page for bodies well below a megabyte.", Tell: "413 with JSON woocommerce_rest_request_entity_too_large is WooCommerce's limit of 100 records in a batch.",
			Cause: "client_max_body_size, post_max_size or a firewall's limit.",
			Fixes: []Fix{
				nginx("client_max_body_size 8m;"), php("; php.ini\npost_max_size = 32M"), apache("LimitRequestBody 8388608"),
				host("“POST requests of 256 kB to {host}/wp-json/wc/ are refused with 413. Please allow 8 MB.”"),
				prove("head -c 262144 /dev/zero | tr '\\0' x | {keyed}"+statusOnly+" -X POST -H 'Content-Type: application/json' -H 'Expect:' --data-binary @- '{home}/wp-json/wc/v3/"+probeRoute+"'", "anything but “application/json”", "“application/json” (the store's own refusal of a body of nothing but x)"),
			},
			find: findBodyTooLarge,
		},
		{
			ID: "uri-too-long", Area: AreaServer, Severity: Warning, Stage: StageLetIn,
			Title: "The server refuses long addresses",
			See:   "414 (or 400) for an address of some thousand characters, as lists of record numbers make it.", Tell: "A short address works.",
			Cause: "A small header buffer.",
			Fixes: []Fix{nginx("large_client_header_buffers 4 16k;"), apache("LimitRequestLine 16380"), client("Send fewer record numbers in one include=."),
				prove("{keyed}"+statusOnly+" \"{home}/wp-json/wc/v3/{resource}?per_page=1&_fields=id&include=$(seq -s, 9000000001 9000000364)\"", "anything but 200 application/json", "200 application/json")},
			find: findLongURI,
		},
		{
			ID: "content-type-missing", Area: AreaServer, Severity: Problem, Stage: StageLetIn,
			Title: "The content type of writes gets lost, and WordPress ignores their bodies",
			See:   "A batch answers 200 with nothing in it, a create makes an empty record.", Tell: "A body that is no JSON is not objected to.",
			Cause: "The web server does not pass Content-Type on to PHP, or the client does not send it.",
			Fixes: []Fix{
				nginx("fastcgi_param CONTENT_TYPE $content_type;\nfastcgi_param CONTENT_LENGTH $content_length;"),
				client("Send Content-Type: application/json with every write."),
			},
			find: findLostContentType,
		},
	}
}

// fromPage takes what decideFront or a broken page names.
func fromPage(id string) func(*Case) *hit {
	return func(f *Case) *hit {
		h := hitOf(f.front, id)
		if h == nil {
			a := f.brokenPage()
			if h = hitOf(a, id); h == nil {
				return nil
			}
		}
		if h.vars == nil {
			h.vars = map[string]string{}
		}
		h.vars["command"] = map[string]string{"orders": "shop_order", "products": "product", "customers": "customer"}[h.vars["resource"]]
		return h
	}
}

func findSlow(f *Case) *hit {
	if h := hitOf(f.front, "client-timeout"); h != nil {
		h.vars = map[string]string{"elapsed": "30 seconds and more"}
		return h
	}
	if h := hitOf(f.brokenPage(), "client-timeout"); h != nil {
		h.vars = map[string]string{"elapsed": "30 seconds and more"}
		return h
	}
	if took, x := f.slow(); took >= 5*time.Second {
		what := "one record"
		if x.Request.Method != http.MethodGet {
			what = "a write that reaches no code"
		}
		// Slow is not broken: below what careful clients wait it does not push itself before something that is.
		severity := Warning
		if took >= patience {
			severity = Problem
		}
		return &hit{severity: severity, confidence: Sure, why: fmt.Sprintf("%s takes %.1f seconds, every time", what, took.Seconds()), shown: []string{describe(x)}, vars: map[string]string{"elapsed": fmt.Sprintf("%.0f seconds", took.Seconds())}}
	}
	if took, x := f.slowPage(); took >= slowPage {
		return &hit{severity: Warning, confidence: Sure, why: fmt.Sprintf("a page of %d records takes %.0f seconds, every time", x.Body.Count, took.Seconds()), shown: []string{describe(x)}, vars: map[string]string{"elapsed": fmt.Sprintf("%.0f seconds", took.Seconds())}}
	}
	return nil
}

// slowPage is when a page is so slow that a full one comes near to what clients wait.
const slowPage = 10 * time.Second

// patience is how long careful clients wait for one answer; WooCommerce's own library for PHP waits 15 seconds.
const patience = 15 * time.Second

func findStray(f *Case) *hit {
	x := f.noisyBody(func(b Body) bool { return b.Stray != "" || b.BOM })
	if x == nil {
		return f.blankLines()
	}
	what := "“" + clip(strings.TrimSpace(x.Body.Stray), 120) + "”"
	if x.Body.BOM {
		what = "a byte order mark (EF BB BF) " + strings.TrimSpace(strings.Trim(what, "“”"))
	}
	return &hit{confidence: Sure, why: "there is text in front of the JSON of answers: " + what, shown: []string{describe(x)}, proof: f.printedProof(x)}
}

func findStrayBehind(f *Case) *hit {
	x := f.noisyBody(func(b Body) bool { return b.Behind != "" })
	if x == nil {
		return nil
	}
	return &hit{confidence: Sure, why: "there is text behind the JSON of answers: “" + clip(x.Body.Behind, 120) + "”", shown: []string{describe(x)}, proof: f.behindProof(x)}
}

// blankLines: nothing but blank lines stands in front of every answer. JSON allows that and most clients do too.
func (f *Case) blankLines() *hit {
	var blank []*Exchange
	for _, x := range f.api() {
		if x.Body.Blank > 0 {
			blank = append(blank, x)
		}
	}
	if len(blank) < 3 || f.lateHeaders() != nil {
		return nil
	}
	return &hit{severity: Warning, confidence: Sure, why: fmt.Sprintf("answers begin with %d bytes of blank lines: a PHP file begins with them, before its <?php", blank[0].Body.Blank), shown: []string{describe(blank[0])}, proof: f.printedProof(blank[0])}
}

func findLateHeaders(f *Case) *hit {
	x := f.lateHeaders()
	if x == nil || f.key.is("auth-hijack-jwt") || f.key.is("jwt-200-error") {
		return nil
	}
	h := &hit{confidence: Sure, why: fmt.Sprintf("the answer is HTTP %d, %s, and the JSON in it says %d", x.Status, x.Header.Get("Content-Type"), x.Body.DataState), shown: []string{describe(x)}}
	if command, ok := f.curlOf(x); ok && x.Body.DataState >= http.StatusBadRequest {
		h.proof = prove(command, seen(x), fmt.Sprintf("%d application/json (as the JSON says)", x.Body.DataState))
	}
	return h
}

func findGarbled(f *Case) *hit {
	for _, x := range f.api() {
		if x.Body.Garbled != "" {
			return &hit{confidence: Sure, why: "the body is compressed in a way its headers do not say (" + x.Body.Garbled + ")", shown: []string{describe(x), "Content-Encoding: " + firstOf(x.Header.Get("Content-Encoding"), "none")}, proof: f.garbledProof(x)}
		}
	}
	return nil
}

func findTruncated(f *Case) *hit {
	for i := range f.ev.Exchanges {
		x := &f.ev.Exchanges[i]
		if strings.HasPrefix(x.ID, "cut.") {
			continue // it was asked once more: a fault of the store shows there too
		}
		if x.Body.Cut && x.Status == http.StatusOK && x.ID != "home" {
			return &hit{confidence: Sure, why: fmt.Sprintf("the JSON ends in the middle, after %d bytes", x.Body.Bytes), shown: []string{describe(x)}, proof: f.cutProof(x)}
		}
		if x.Fault != nil && x.Fault.Class == "truncated" && x.Status == http.StatusOK && x.ID != "home" && x.ID != "receiver" {
			return &hit{confidence: Sure, why: fmt.Sprintf("the answer ends after %d bytes and was announced longer", x.Body.Bytes), shown: []string{describe(x)}, proof: f.cutProof(x)}
		}
	}
	return nil
}

func findHTML200(f *Case) *hit {
	if h := hitOf(f.route, "html-200"); h != nil {
		return h
	}
	if f.front.id != "" || f.route.id != "" || f.key.id != "" {
		return nil
	}
	if h := hitOf(f.brokenPage(), "html-200"); h != nil {
		return h
	}
	for _, x := range f.api() {
		if x.Status == http.StatusOK && x.Body.Kind == "html" && f.whoAnswered(x).id == "" {
			return &hit{confidence: Possible, why: "a page comes where JSON belongs", shown: []string{describe(x)}}
		}
	}
	return nil
}

func findMethodBlocked(f *Case) *hit {
	for _, id := range []string{"verb.put", "verb.delete"} {
		x := f.x(id)
		if x == nil || isJSON(x) || unsent(x) || x.Status == http.StatusTooManyRequests || x.Status >= http.StatusInternalServerError && x.Status != http.StatusNotImplemented {
			continue
		}
		if _, redirect := isRedirect(x); redirect || x.Status == 0 && (x.Fault == nil || !f.dropped(x)) {
			continue
		}
		post := f.x("scope.write")
		if !isJSON(post) {
			return f.onlyReads(x, post)
		}
		h := &hit{confidence: Likely, why: x.Request.Method + " is refused by the server before WordPress sees it, POST is not", shown: []string{describe(x), describe(post)}, vars: map[string]string{"status": fmt.Sprint(x.Status)}}
		if over := f.x("verb.override"); isJSON(over) {
			h.confidence = Sure
			h.shown = append(h.shown, "as POST with ?_method=PUT: "+describe(over))
			h.adopt = &Adoption{MethodOverride: true, Says: "send PUT and DELETE as POST with ?_method="}
		}
		return h
	}
	if post := f.x("scope.write"); post != nil && !isJSON(post) && (post.Status == http.StatusMethodNotAllowed || post.Status == http.StatusNotImplemented) && f.whoAnswered(post).confidence != Sure {
		return &hit{confidence: Sure, why: fmt.Sprintf("POST is refused with status %d before WordPress sees it, other methods are not", post.Status), shown: []string{describe(post), describe(f.x("verb.put"))}, vars: map[string]string{"status": fmt.Sprint(post.Status)}}
	}
	return nil
}

// dropped reports that the connection of x was ended because of its method: the same request under the cover of POST was
// answered, and no read and no POST of this examination met the same fault. A store under load drops anything. Where the
// examination was cut short, because too many connections were lost, what was not asked could not meet it.
func (f *Case) dropped(x *Exchange) bool {
	return isJSON(f.x("verb.override")) && !slices.ContainsFunc(f.ev.Exchanges, func(other Exchange) bool {
		usual := other.Request.Method == http.MethodGet || other.Request.Method == http.MethodPost
		elsewhere := usual && !strings.HasPrefix(other.ID, "body.")
		return elsewhere && other.Fault != nil && (other.Fault.Class == x.Fault.Class || other.Fault.Class == "budget")
	})
}

// onlyReads: POST is refused as PUT and DELETE are, and reads pass.
func (f *Case) onlyReads(x, post *Exchange) *hit {
	if post == nil || post.Status < 400 || post.Status != x.Status || !letIn(f.read()) || f.whoAnswered(post).confidence == Sure {
		return nil // something that has a name of its own, or no rule about methods
	}
	return &hit{confidence: Sure, why: fmt.Sprintf("POST, PUT and DELETE are all refused with status %d before WordPress sees them, reads are not", x.Status),
		shown: []string{describe(post), describe(x), describe(f.read())}, vars: map[string]string{"status": fmt.Sprint(x.Status)}}
}

func findMethodRewritten(f *Case) *hit {
	for _, id := range []string{"verb.put", "verb.delete"} {
		if x := f.x(id); x != nil && x.Status == http.StatusOK && isJSON(x) && x.Body.Code == "" {
			return &hit{confidence: Sure, why: x.Request.Method + " to an address that only reads is answered like a GET", shown: []string{describe(x)}, adopt: &Adoption{MethodOverride: true, Says: "send PUT and DELETE as POST with ?_method="}}
		}
	}
	return nil
}

func findPostRedirect(f *Case) *hit {
	x := f.x("scope.write")
	to, ok := isRedirect(x)
	if !ok {
		return nil
	}
	base, _, _ := strings.Cut(to, "/wp-json")
	return &hit{confidence: Sure, why: "POST is redirected and GET is not", shown: []string{describe(x), describe(f.read())}, vars: map[string]string{"to": base}}
}

func findBodyTooLarge(f *Case) *hit {
	x := f.x("body.large")
	if x == nil || isJSON(x) || !isJSON(f.x("scope.write")) {
		return nil
	}
	dropped := x.Fault != nil && (x.Fault.Class == "reset" || x.Fault.Class == "closed")
	switch markup := f.x("body.markup"); {
	case x.Status == http.StatusRequestEntityTooLarge || dropped:
	case x.Status == http.StatusInternalServerError && isServerPage(x) && isJSON(markup):
		// Measured: nginx answers so when it may not write into its directory for bodies that do not fit into memory.
		return &hit{confidence: Likely, why: "the web server itself answers 500 to a body of 256 kB and takes a small one: it cannot keep larger bodies (its directory for them, client_body_temp_path, belongs to somebody else, or the disk is full)", shown: []string{describe(x), describe(f.x("scope.write"))}}
	default:
		return nil
	}
	return &hit{confidence: Sure, why: "a body of 256 kB is refused, a small one is not", shown: []string{describe(x), describe(f.x("scope.write"))}}
}

func findLongURI(f *Case) *hit {
	x := f.x("uri.long")
	if x == nil || isJSON(x) || f.partly.is("waf-modsecurity") || f.partly.is("path-refused") {
		return nil
	}
	refused := slices.Contains([]int{http.StatusRequestURITooLong, http.StatusBadRequest, http.StatusRequestHeaderFieldsTooLarge, http.StatusForbidden, http.StatusNotAcceptable, http.StatusRequestEntityTooLarge}, x.Status)
	if !refused && (x.Status != 0 || x.Fault == nil || !f.alone(x)) {
		return nil
	}
	return &hit{confidence: Sure, why: "an address of 4,000 characters is refused", shown: []string{describe(x)}}
}

// alone reports that the connection of x was ended and no other was. A store under load drops anything.
func (f *Case) alone(x *Exchange) bool {
	for i := range f.ev.Exchanges {
		if other := &f.ev.Exchanges[i]; other.ID != x.ID && other.Fault != nil && other.Status == 0 {
			return false
		}
	}
	return x.Fault.Class == "closed" || x.Fault.Class == "reset"
}

// findLostContentType: WordPress refuses a body that is no JSON, if it knows that it should be.
func findLostContentType(f *Case) *hit {
	x := f.x("body.type")
	if x == nil || !isJSON(x) || x.Body.Code == "rest_invalid_json" {
		return nil
	}
	if x.Status == http.StatusOK || strings.HasPrefix(x.Body.Code, "woocommerce_rest_cannot_batch") {
		return &hit{confidence: Sure, why: "a body that is no JSON was not objected to, so WordPress was not told that it is JSON", shown: []string{describe(x)}}
	}
	return nil
}
