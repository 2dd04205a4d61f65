package doctor

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// decideKey says what happens to the key on its way into the store. It follows failure-taxonomy part 3: first whatever
// answers in place of WooCommerce, then the road, then whether the store has the key, then whether it sees the secret,
// then the secret itself, its owner and its permission.
func (f *routed) decideKey() answer {
	if !f.t.HasKey || f.front.id != "" {
		return answer{}
	}
	if f.scheme() == "http" {
		return f.decideSignedKey()
	}
	read := f.x("read")
	if read == nil {
		return answer{}
	}
	if a := f.keyedRedirect(read); a.id != "" {
		return a
	}
	if a := f.hijacked(read); a.id != "" {
		return a
	}
	if a := f.cachedRefusal(read); a.id != "" {
		return a
	}
	switch f.ev.Way {
	case WayHeader:
		return f.letInByHeader(read)
	case WayQuery:
		if f.t.SitePassword {
			return answer{}
		}
		return f.headerLost(read)
	case WayOAuth:
		return f.notSSL()
	}
	if a := f.notLetIn(read); a.id != "" || f.route.id != "" {
		return a
	}
	return f.unexplained(read)
}

// unexplained: WooCommerce was reached by no way, and nothing known answers like this. That is never a healthy store.
func (f *routed) unexplained(read *Exchange) answer {
	stopped := slices.ContainsFunc(f.ev.Stops, func(s Stop) bool { return s.At == "key" && s.Reason == notLetInReason })
	if !stopped || read.Status != http.StatusOK {
		return answer{}
	}
	shown := []string{describe(read)}
	switch read.Body.Kind {
	case "json":
		return answer{id: "rest-disabled", confidence: Likely, shown: shown, vars: map[string]string{"code": read.Body.Code},
			why: fmt.Sprintf("the answer to the key is “%s” with status 200, in no form of WooCommerce: a plugin or a snippet answers in its place", firstOf(read.Body.Code, "JSON of its own"))}
	case "text":
		return answer{id: "rest-disabled", confidence: Likely, shown: shown, why: "the answer to the key is a plain text with status 200: a plugin or a snippet answers in place of WooCommerce"}
	}
	return answer{}
}

// keyedRedirect: anonymous visitors reach the API, whoever brings a key is sent away.
func (f *routed) keyedRedirect(read *Exchange) answer {
	to, ok := isRedirect(read)
	if !ok || f.route.id != "" {
		return answer{} // not redirected, or everybody is and the road says so
	}
	if strings.TrimSuffix(withoutArgs(to), "/") == withoutArgs(read.Request.URL) {
		return answer{id: "redirect-canonical-slash", confidence: Likely, why: "the REST index answers and each of its routes is redirected to itself with a slash: a rule of the web server, not WordPress, which adds none to its API", shown: []string{describe(read)}, vars: map[string]string{"to": to}}
	}
	a := f.redirected(read, to)
	if a.is("redirect-canonical-slash") || a.is("redirect-www") && sameHost(to, f.t.Base) {
		a = answer{id: "redirect-home", confidence: Likely, why: "the WooCommerce routes are redirected", shown: []string{describe(read)}, vars: map[string]string{"to": to}}
	}
	return a
}

// hijacked: a plugin takes the Authorization header for its own.
func (f *routed) hijacked(read *Exchange) answer {
	code := strings.ToLower(read.Body.Code)
	shown := []string{describe(read)}
	if q := f.x("query.right"); q != nil {
		shown = append(shown, "keys in the address: "+describe(q))
	}
	switch {
	case strings.HasPrefix(code, "jwt_auth") || strings.HasPrefix(code, "jwt-auth") || strings.Contains(code, "rest_authentication_jwt"):
		a := answer{id: "auth-hijack-jwt", confidence: Sure, shown: shown, why: "the answer to the key is " + read.Body.Code + ", an error of a JWT plugin that takes every Authorization header for its own"}
		if read.Status == http.StatusOK {
			a.also = []string{"jwt-200-error"}
		}
		return a
	case f.miniOrange(read):
		return answer{id: "auth-hijack-miniorange", confidence: Sure, shown: shown, why: "the answer is in the form of the plugin “miniOrange API Authentication”, which protects every route"}
	case read.Status == http.StatusOK && read.Body.Kind == "json" && read.Body.DataState >= 400 && read.Body.Code != "" && !isStoreCode(read.Body.Code):
		return answer{id: "jwt-200-error", confidence: Likely, shown: shown, why: fmt.Sprintf("HTTP 200 around an error with statusCode %d (%s), the way a JWT plugin answers", read.Body.DataState, read.Body.Code)}
	}
	return answer{}
}

// miniOrange answers without a code of WordPress: {"status":"error","error":"UNAUTHORIZED","error_description":…}; some of
// its versions add the status once more as "code":"401".
func (f *routed) miniOrange(x *Exchange) bool {
	text := string(x.Body.JSON)
	ownCode := !strings.Contains(text, `"code"`) || x.Body.Code == strconv.Itoa(x.Status)
	return x.Status >= 400 && strings.Contains(text, `"error_description"`) && strings.Contains(text, `"error"`) && ownCode
}

// cachedRefusal: a cache kept the answer to somebody without a key.
func (f *routed) cachedRefusal(read *Exchange) answer {
	fresh := f.x("read.fresh")
	if cross := f.x("cache.cross"); letIn(read) && cross != nil && cross.Status == http.StatusUnauthorized && !letIn(cross) && !cached(f.x("read.again")) && f.x("anon").Status == http.StatusUnauthorized {
		return answer{
			id: "cache-401", confidence: Sure, shown: []string{"without a key: " + describe(f.x("anon")), "then with the key: " + describe(cross) + " " + cacheSign(cross), "with the key on an address nobody asked for before: " + describe(read)},
			why: "a cache keeps refusals to visitors without a key and gives them to the key",
		}
	}
	if read.Status == http.StatusUnauthorized && letIn(fresh) {
		return answer{
			id: "cache-401", confidence: Sure, shown: []string{describe(read) + " " + cacheSign(read), "with an argument no cache has seen: " + describe(fresh)},
			why: "a cache answers the key's request with a refusal meant for somebody without a key",
		}
	}
	return answer{}
}

// letInByHeader: the key works; is it the key that decides?
func (f *routed) letInByHeader(read *Exchange) answer {
	wrong, anon := f.x("header.wrong"), f.x("anon")
	if letIn(anon) && wrong != nil && !accepted(wrong) && f.mixedAnswers().id == "" { // a cache that mixes up answers lets in nobody
		return answer{
			id: "auth-hook-conflict", confidence: Sure, shown: []string{"without a key: " + describe(anon), "with a wrong secret: " + describe(wrong)},
			why: "the store takes everybody for a user it knows, with or without a key: something other than WooCommerce decides who is asking",
		}
	}
	if read.Status == http.StatusUnauthorized && read.Body.Code == authError && scopeRefused(read, wrong) {
		return answer{
			id: "key-write-only", confidence: Sure, shown: []string{describe(read), "with a wrong secret the store gives another reason"},
			why: "key and secret are right, and the key's own permission is “Write”: every read is refused",
		}
	}
	return answer{}
}

// headerLost: the same key works in the address and not in the header.
func (f *routed) headerLost(read *Exchange) answer {
	shown := []string{"in the header: " + describe(read), "in the address: " + describe(f.x("query.right"))}
	if wrong := f.x("header.wrong"); wrong != nil {
		shown = append(shown, "wrong secret in the header: "+describe(wrong))
	}
	if isLoginCode(read.Body.Code) {
		return answer{id: "invalid-username-global", confidence: Likely, shown: shown, why: "WordPress takes the key in the header for a user name (" + read.Body.Code + "); in the address it works"}
	}
	if code := read.Body.Code; code != "" && !isStoreCode(code) && !sameRefusal(read, f.x("anon")) {
		return answer{id: "auth-hook-conflict", confidence: Likely, shown: shown, why: "something answers “" + code + "” to an Authorization header before WooCommerce sees it"}
	}
	if wrong := f.x("header.wrong"); read.Status >= http.StatusInternalServerError && wrong != nil && wrong.Body.Code == authError {
		return answer{} // the store objects to a wrong secret in the header: it arrives, and what broke is something else
	}
	if by := proxySign(f.api()); by != "" {
		return answer{id: "auth-header-stripped-proxy", confidence: Sure, shown: append(shown, by), why: "the Authorization header does not arrive; a proxy or CDN stands in front of the store (" + by + ")"}
	}
	return answer{id: "auth-header-stripped", confidence: Sure, shown: shown, why: "the Authorization header does not arrive at PHP: the same key and secret work in the address"}
}

// sameRefusal: the answer is the one that somebody without a key gets.
func sameRefusal(x, anon *Exchange) bool {
	return x != nil && anon != nil && x.Body.Kind == "json" && x.Body.Code != "" && x.Status == anon.Status && x.Body.Code == anon.Body.Code && x.Body.Message == anon.Body.Message
}

// proxySign names a proxy that stands in front of the web server.
func proxySign(list []*Exchange) string {
	for _, x := range list {
		for _, name := range []string{
			"Via", "X-Varnish", "Cf-Ray", "X-Hcdn-Request-Id", "X-Hcdn-Cache-Status", "X-Amz-Cf-Id", "X-Amz-Cf-Pop", "X-Served-By", "X-Cdn", "X-Iinfo", "X-Sucuri-Id", "X-Akamai-Transformed",
			"X-Proxy-Cache", "X-Fastly-Request-Id", "X-Azure-Ref", "Cdn-Requestid", "Cdn-Pullzone", "X-Edge-Location", "X-Bunnycdn-Cache", "Fly-Request-Id", "X-Envoy-Upstream-Service-Time",
		} {
			if v := x.Header.Get(name); v != "" {
				return name + ": " + clip(v, 60)
			}
		}
		server := strings.ToLower(x.Header.Get("Server"))
		for _, proxy := range []string{"hcdn", "cloudflare", "varnish", "cloudfront", "bunnycdn", "akamai", "sucuri", "awselb", "fly/", "envoy", "haproxy", "traefik", "squid"} {
			if strings.Contains(server, proxy) {
				return "Server: " + x.Header.Get("Server")
			}
		}
	}
	return ""
}

// notSSL: signatures for the http address are accepted on the https address.
func (f *routed) notSSL() answer {
	return answer{
		id: "is-ssl-false", confidence: Sure,
		shown: []string{"key and secret in the header: " + describe(f.x("read")), "in the address: " + describe(f.x("query.right")), "signed for http:// on the https address: accepted"},
		why:   "the store does not know that the request came over HTTPS, and without HTTPS it does not look at key and secret",
	}
}

// notLetIn: the steps of part 3 for a key that is not let in by any road.
func (f *routed) notLetIn(read *Exchange) answer {
	shape := f.t.Key
	if a := f.refusedByOthers(read); a.id != "" {
		return a
	}
	if f.route.id == "query-string-dropped" {
		return f.withoutQuery(read)
	}
	known, control := f.x("key.known"), f.x("key.control")
	if known == nil || control == nil {
		return answer{}
	}
	if known.Body.Code == "woocommerce_rest_authentication_missing_parameter" {
		return answer{id: "oauth-missing-param", confidence: Sure, shown: []string{describe(known)}, why: "five arguments were sent and fewer arrived: something takes arguments out of addresses"}
	}
	switch {
	case known.Body.Code != authError || control.Body.Code != authError:
		return f.keysNotLookedAt(read, known, control)
	case known.Body.Message == control.Body.Message:
		return f.unknownKey(shape)
	}
	return f.knownKey(read)
}

// refusedByOthers: the refusal comes from a plugin that guards the REST API and not from WooCommerce.
func (f *routed) refusedByOthers(read *Exchange) answer {
	code := read.Body.Code
	shown := []string{describe(read)}
	switch {
	case read.Body.Kind != "json" || code == "" || isStoreCode(code) || f.route.is("wpcom-hosted"):
		return answer{}
	case isLoginCode(code):
		if a := f.keyBehindLogin(); a.id != "" {
			return a
		}
		if f.t.Key.AppPassword && f.t.Key.LooksLikeUser && code == "application_passwords_disabled" {
			return answer{id: "app-password-disabled", confidence: Sure, shown: shown, why: "application passwords are switched off"}
		}
		if f.t.Key.LooksLikeUser {
			return answer{id: "wp-login-instead-of-key", confidence: Sure, shown: shown, why: "a WordPress login stands where the consumer key belongs, and it is not accepted as an application password (" + code + ")"}
		}
		return answer{id: "invalid-username-global", confidence: Likely, shown: shown, why: "WordPress takes the key for a user name: " + code}
	case f.browserPasses() != nil:
		return answer{id: "ua-blocked", confidence: Sure, shown: append(shown, "as a browser: "+describe(f.browserPasses())),
			why: "the answer is “" + code + "”, and the same request under a browser's name is let in: a plugin or a snippet objects to the name of the client"}
	case foreignRefusal(read) && f.refusesPages():
		return answer{id: "ip-or-geo-block", confidence: Likely, shown: append(shown, "the home page: "+describe(f.x("home"))),
			why: "a plugin inside WordPress refuses every page, the home page too, also to a browser's name: it goes by address or country"}
	case foreignRefusal(read) && f.shopIsOff():
		return answer{
			id: "woocommerce-inactive", confidence: Likely, shown: append(shown, "outside of the REST API: "+describe(f.x("shop.sign"))+", where WooCommerce answers 400"),
			why: "WooCommerce does not answer outside of the REST API either: the plugin is not active, and the REST API is closed to visitors without a login besides (" + code + ")",
		}
	case foreignRefusal(read) && f.notRecognised(read):
		return f.keyBehindClosedDoor(shown, code)
	case foreignRefusal(read) && sameRefusal(read, f.x("anon")) && knownCaller(read) == knownCaller(f.x("anon")) && (f.x("header.wrong") == nil || sameRefusal(f.x("header.wrong"), f.x("anon"))):
		return answer{
			id: "rest-disabled", confidence: Possible, shown: append(shown, "without a key: "+describe(f.x("anon")), "with a wrong secret: "+describe(f.x("header.wrong"))), vars: map[string]string{"code": code},
			why: "the key gets the very answer that a stranger and a wrong secret get, “" + code + "”, which is no code of WooCommerce: either a plugin or a snippet closes the REST API to keys as well, or it lets in whoever is logged in and the key is not accepted (unknown, revoked, or its secret is wrong); the answer does not tell which. Make a new key first, which takes a minute; when it gets the same answer, it is the plugin",
		}
	case foreignRefusal(read):
		return answer{
			id: "rest-disabled", confidence: Sure, shown: append(shown, "without a key: "+describe(f.x("anon"))),
			why: "the answer to the key is “" + code + "”, which is no code of WooCommerce: a plugin or a snippet closes the REST API, also to keys", vars: map[string]string{"code": code},
		}
	}
	return answer{}
}

// keyBehindLogin: whoever is not let in by the key is taken for a WordPress user (a Basic authentication handler), which hides
// why the key was not accepted. Without that header WooCommerce itself says why.
func (f *routed) keyBehindLogin() answer {
	known, control := f.x("key.known"), f.x("key.control")
	if known == nil || control == nil || known.Body.Code != authError || control.Body.Code != authError || f.t.Key.LooksLikeUser {
		return answer{}
	}
	if known.Body.Message == control.Body.Message {
		return f.unknownKey(f.t.Key)
	}
	right, wrong := f.x("query.right"), f.x("query.wrong")
	if accepted(right) && accepted(wrong) && right.Body.Message == wrong.Body.Message {
		return f.secretOrOwner(right)
	}
	return answer{}
}

// notRecognised: WordPress' REST server itself refuses (its own headers are there), and does not mark the answer as one to a
// user it knows, as it does for a right key even where a plugin closes the API to everybody (failure-taxonomy 0.3, P-WHO;
// measured). So it is the key that is not accepted, and a key of no use gets the same refusal as none. Where somebody on the
// way writes Cache-Control of his own, nothing can be told.
func (f *routed) notRecognised(read *Exchange) bool {
	if read.ID != "read" {
		return false // signed requests over plain HTTP fail for more reasons than the key
	}
	for _, id := range []string{"read", "query.right", "who"} {
		x := f.x(id)
		if x == nil || !strings.Contains(x.Header.Get("Access-Control-Expose-Headers"), "X-WP-Total") || x.Header.Get("Cache-Control") != "" {
			return false
		}
	}
	return sameRefusal(read, f.x("anon")) && sameRefusal(f.x("header.wrong"), f.x("anon"))
}

// keyBehindClosedDoor: the reason why the key is not accepted is hidden. Its shape may tell; else it is unknown to the store,
// its secret is wrong or its user is gone, and one fix mends all three.
func (f *routed) keyBehindClosedDoor(shown []string, code string) answer {
	a := answer{id: "key-unknown", confidence: Possible}
	if shape := f.t.Key; !shape.KeyOK || shape.Swapped {
		a = f.unknownKey(shape)
	}
	a.shown = slices.Concat(shown, []string{"without a key: " + describe(f.x("anon")), "with a wrong secret: " + describe(f.x("header.wrong"))})
	a.why = "the store does not recognise the key: WordPress marks answers to users it knows, and this one it does not. " +
		"The API is closed to whoever is not logged in (" + code + "), so the store does not say whether it lacks the key, the secret is wrong or the key's user is gone"
	return a
}

// refusesPages: the home page is refused as well, so it is not about the REST API.
func (f *routed) refusesPages() bool {
	home := f.x("home")
	return home != nil && home.Status == http.StatusForbidden && (home.Body.Kind != "json" || foreignRefusal(home))
}

// foreignRefusal: an error with a code that neither WooCommerce nor WordPress' own login has, in place of an answer.
func foreignRefusal(x *Exchange) bool {
	return isJSON(x) && x.Status >= 400 && (x.Status < 500 || refusedWith500(x)) && x.Status != http.StatusTooManyRequests && x.Body.Code != "" && !isStoreCode(x.Body.Code) && !isLoginCode(x.Body.Code)
}

// refusedWith500: an error of a plugin that names no status (new WP_Error( 'code' )), which WordPress then answers with 500. What
// dies says so with codes of its own: internal_server_error, wp_die, db_error.
func refusedWith500(x *Exchange) bool {
	return isJSON(x) && x.Status == http.StatusInternalServerError && x.Body.Code != "" && x.Body.DataState == 0 && x.Body.Code != "wp_die" && x.Body.Code != sendJSONError &&
		!isStoreCode(x.Body.Code) && !hasMark(x, "wp-fatal", "db-down")
}

func isLoginCode(code string) bool {
	switch code {
	case "invalid_username", "incorrect_password", "invalid_email", "application_passwords_disabled", "application_passwords_disabled_for_user", "empty_username", "empty_password":
		return true
	}
	return false
}

// withoutQuery: only what travels in the header can be told.
func (f *routed) withoutQuery(read *Exchange) answer {
	if accepted(f.x("header.wrong")) {
		return f.secretOrOwner(read)
	}
	return answer{}
}

// keysNotLookedAt: not even a signature that cannot be right is objected to.
func (f *routed) keysNotLookedAt(read, known, control *Exchange) answer {
	if f.route.id != "" {
		return answer{} // the road explains it
	}
	shown := []string{"with the key: " + describe(read), "with a signature that cannot be right: " + describe(known)}
	if wrong := f.x("header.wrong"); accepted(wrong) {
		return f.secretOrOwner(read)
	}
	if known.Body.Kind != "json" || !isStoreCode(known.Body.Code) {
		return answer{}
	}
	if a := f.argumentsLost(known); a.id != "" {
		return a
	}
	_ = control
	return answer{
		id: "auth-hook-conflict", confidence: Likely, shown: shown,
		why: "WooCommerce does not look at keys at all, neither in the header nor in the address nor as a signature: another plugin took its place or switched it off",
	}
}

// unknownKey: the store answers to the key as to one that nobody has.
func (f *routed) unknownKey(shape KeyShape) answer {
	shown := []string{"the key: " + describe(f.x("key.known")), "a key nobody has: " + describe(f.x("key.control")) + " – the same answer"}
	say := func(id string, c Confidence, why string) answer {
		return answer{id: id, confidence: c, why: why, shown: shown, vars: map[string]string{}}
	}
	if shape.Swapped {
		return say("key-secret-swapped", Sure, "the key begins with cs_, as secrets do: key and secret are swapped")
	}
	if shape.LooksLikeUser {
		if shape.AppPassword && !f.index().offersAppPasswords() {
			return say("app-password-disabled", Likely, "an application password was given, and the store does not offer application passwords")
		}
		return say("wp-login-instead-of-key", Likely, "this is not a consumer key: those begin with ck_. It looks like a user name")
	}
	if !shape.KeyOK {
		return say("key-malformed", Sure, "the key is not ck_ and 40 hexadecimal digits: "+malformed(shape))
	}
	for _, x := range f.with("blog/") {
		dir, _, _ := strings.Cut(strings.TrimPrefix(x.ID, "blog"), ".known")
		if a := f.knownInBlog(x, f.x("blog"+dir+".control"), dir, shown); a.id != "" {
			return a
		}
	}
	if x, control := f.x("blog.known"), f.x("blog.control"); x != nil {
		if a := f.knownInBlog(x, control, "", shown); a.id != "" {
			return a
		}
	}
	why := "the store has no such key: it was revoked, or made on another site or copy of the shop"
	if x := f.x("network"); x != nil && x.Body.Kind == "json" && x.Body.Code != noRoute {
		why += "; it is a site of a multisite network, and each site of it has keys of its own"
	}
	return say("key-unknown", Sure, why)
}

func (f *routed) knownInBlog(x, control *Exchange, dir string, shown []string) answer {
	if control == nil || x.ID == control.ID || x.Body.Code != authError || control.Body.Code != authError || x.Body.Message == control.Body.Message {
		return answer{}
	}
	u, _, _ := strings.Cut(f.t.Base, "://")
	home := u + "://" + f.host() + dir
	return answer{
		id: "multisite-wrong-blog", confidence: Sure, shown: append(shown, "at "+home+": "+describe(x)), vars: map[string]string{"home": home},
		why: "the key belongs to the site " + home + " of the same network; each site has its own keys",
	}
}

func malformed(shape KeyShape) string {
	switch {
	case shape.KeyPrefix == "cs_":
		return "it begins with cs_, so the secret was pasted into both places"
	case shape.KeyQuoted:
		return "there are quotation marks around it"
	case shape.KeyUpper:
		return "it is in capital letters"
	case shape.KeyBlanks:
		return "there is a blank inside"
	case shape.KeyLength < 20:
		return fmt.Sprintf("it has %d characters; the list of keys in WordPress shows only the last seven", shape.KeyLength)
	default:
		return fmt.Sprintf("it has %d characters instead of 43", shape.KeyLength)
	}
}

// knownKey: the store has the key; where does the secret get lost?
func (f *routed) knownKey(read *Exchange) answer {
	header, query := f.x("header.wrong"), f.x("query.wrong")
	switch {
	case accepted(header):
		return f.secretOrOwner(read)
	case accepted(query):
		inner := f.secretOrOwner(f.x("query.right"))
		a := f.headerLost(read)
		if inner.id != "" {
			// Two causes at once: the header is lost, and what arrives by the other road is refused as well.
			a.also = append(a.also, inner.id)
			a.shown = append(a.shown, inner.shown...)
		}
		return a
	case signatureAccepted(f.x("sign.http"), f.x("key.known")):
		return f.notSSL()
	case signatureAccepted(f.x("sign.https"), f.x("key.known")) && query != nil && !isJSON(query) && query.Status >= 400:
		// The store takes signatures and knows that it is on HTTPS, so nothing inside it is in the way.
		a := f.headerLost(read)
		a.confidence, a.why = Likely, fmt.Sprintf("the Authorization header does not arrive, and keys in the address are refused with status %d before WordPress sees them; signed requests pass", query.Status)
		return a
	case signatureAccepted(f.x("sign.https"), f.x("key.known")):
		return answer{
			id: "auth-hook-conflict", confidence: Likely, shown: []string{"signed: accepted", "in the header: " + describe(read), "in the address: " + describe(f.x("query.right"))},
			why: "the store knows that it is on HTTPS and accepts signatures, and key and secret are ignored: a plugin gets in between",
		}
	case !f.index().offersAppPasswords():
		return answer{
			id: "is-ssl-false", confidence: Likely, shown: []string{"key and secret in the header: " + describe(read), "in the address: " + describe(f.x("query.right")), "the index offers no application passwords"},
			why: "the store does not look at key and secret, as it does when it does not know that the request came over HTTPS; no signature was accepted either, so the secret may be wrong besides",
		}
	}
	return answer{id: "auth-hook-conflict", confidence: Possible, shown: []string{describe(read)}, why: "the store has the key and ignores key and secret on every road"}
}

// secretOrOwner: key and secret arrive.
func (f *routed) secretOrOwner(read *Exchange) answer {
	if read == nil {
		return answer{}
	}
	wrong := f.x("header.wrong")
	if read.ID == "query.right" {
		wrong = f.x("query.wrong")
	}
	shown := []string{"the secret as given: " + describe(read), "a wrong secret: " + describe(wrong)}
	switch {
	case read.Body.Code == authError && (wrong == nil || wrong.Body.Message == read.Body.Message):
		why := "the store has the key and answers to the secret exactly as to a wrong one"
		switch shape := f.t.Key; {
		case shape.SecretBlanks:
			why += "; the secret as given has a blank or a line end in it"
		case !shape.SecretOK:
			why += fmt.Sprintf("; the secret as given has %d characters, a secret is cs_ and 40 digits", shape.SecretLength)
		}
		return answer{id: "secret-wrong", confidence: Sure, shown: shown, why: why}
	case read.Body.Code == authError:
		return answer{id: "key-write-only", confidence: Sure, shown: shown, why: "key and secret are right, and the key's own permission is “Write”: every read is refused"}
	case read.Status == http.StatusUnauthorized && strings.HasPrefix(read.Body.Code, "woocommerce_rest_cannot"):
		return answer{
			id: "key-owner-deleted", confidence: Likely, shown: append(shown, "a route that exists nowhere: "+describe(f.x("who"))),
			why: "key and secret are right, and yet the store does not know who is asking: the user the key belongs to no longer exists",
		}
	}
	return answer{}
}
