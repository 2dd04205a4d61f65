package verdict

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// decideKey says what happens to the key on its way into the store. The order is that of the way: first whatever
// answers in place of WooCommerce, then the road, then whether the store has the key, then whether it sees the secret,
// then the secret itself, its owner and its permission.
func (f *routed) decideKey() Answer {
	if !f.Target.HasKey || f.Front.ID != "" {
		return Answer{}
	}
	if f.Scheme() == "http" {
		return f.decideSignedKey()
	}
	read := f.Get(evidence.ReadFirst)
	if read == nil {
		return Answer{}
	}
	if a := f.keyedRedirect(read); a.ID != "" {
		return a
	}
	if a := f.hijacked(read); a.ID != "" {
		return a
	}
	if a := f.cachedRefusal(read); a.ID != "" {
		return a
	}
	switch f.Evidence.Way {
	case evidence.WayHeader:
		return f.letInByHeader(read)
	case evidence.WayQuery:
		if f.Target.SitePassword {
			return Answer{}
		}
		return f.headerLost(read)
	case evidence.WayOAuth:
		return f.notSSL()
	}
	if a := f.notLetIn(read); a.ID != "" || f.Route.ID != "" {
		return a
	}
	return f.unexplained(read)
}

// unexplained finds that WooCommerce was reached by no way, and nothing known answers like this. That is never a
// healthy store.
func (f *routed) unexplained(read *evidence.Exchange) Answer {
	stopped := slices.ContainsFunc(f.Evidence.Stops,
		func(s evidence.Stop) bool { return s.At == "key" && s.Reason == evidence.NotLetInReason })
	if !stopped || read.Status != http.StatusOK {
		return Answer{}
	}
	shown := []string{evidence.Describe(read)}
	switch read.Body.Kind {
	case "json":
		return Answer{ID: "rest-disabled", Confidence: Likely, Shown: shown,
			Vars: map[string]string{"code": read.Body.Code},
			Why: fmt.Sprintf("the answer to the key is “%s” with status 200, in no form of WooCommerce: a plugin "+
				"or a snippet answers in its place", evidence.FirstOf(read.Body.Code, "JSON of its own"))}
	case "empty":
		if evidence.SaysNothing(read) {
			return Answer{ID: "rest-disabled", Confidence: Likely, Shown: shown, Why: "the answer to the key has the " +
				"headers of the REST API and nothing behind them: a plugin or a snippet says that it has answered"}
		}
	case "text":
		return Answer{ID: "rest-disabled", Confidence: Likely, Shown: shown, Why: "the answer to the key is a plain " +
			"text with status 200: a plugin or a snippet answers in place of WooCommerce"}
	}
	return Answer{}
}

// keyedRedirect finds that anonymous visitors reach the API, whoever brings a key is sent away.
func (f *routed) keyedRedirect(read *evidence.Exchange) Answer {
	to, ok := evidence.IsRedirect(read)
	if !ok || f.Route.ID != "" {
		return Answer{} // not redirected, or everybody is and the road says so
	}
	if strings.TrimSuffix(evidence.WithoutArgs(to), "/") == evidence.WithoutArgs(read.Request.URL) {
		return Answer{ID: "redirect-canonical-slash", Confidence: Likely, Why: "the REST index answers and each of " +
			"its routes is redirected to itself with a slash: a rule of the web server, not WordPress, which adds " +
			"none to its API", Shown: []string{evidence.Describe(read)}, Vars: map[string]string{"to": to}}
	}
	a := f.redirected(read, to)
	if a.Is("redirect-canonical-slash") || a.Is("redirect-www") && evidence.SameHost(to, f.Target.Base) {
		a = Answer{ID: "redirect-home", Confidence: Likely, Why: "the WooCommerce routes are redirected",
			Shown: []string{evidence.Describe(read)}, Vars: map[string]string{"to": to}}
	}
	return a
}

// hijacked finds that a plugin takes the Authorization header for its own.
func (f *routed) hijacked(read *evidence.Exchange) Answer {
	code := strings.ToLower(read.Body.Code)
	shown := []string{evidence.Describe(read)}
	if q := f.Get(evidence.QueryRight); q != nil {
		shown = append(shown, "keys in the address: "+evidence.Describe(q))
	}
	switch {
	case strings.HasPrefix(code, "jwt_auth") || strings.HasPrefix(code, "jwt-auth") ||
		strings.Contains(code, "rest_authentication_jwt"):
		a := Answer{ID: "auth-hijack-jwt", Confidence: Sure, Shown: shown,
			Why: "the answer to the key is " + read.Body.Code +
				", an error of a JWT plugin that takes every Authorization header for its own"}
		if read.Status == http.StatusOK {
			a.Also = []string{"jwt-200-error"}
		}
		return a
	case f.miniOrange(read):
		return Answer{ID: "auth-hijack-miniorange", Confidence: Sure, Shown: shown,
			Why: "the answer is in the form of the plugin “miniOrange API Authentication”, which protects every route"}
	case read.Status == http.StatusOK && read.Body.Kind == "json" && read.Body.DataState >= 400 &&
		read.Body.Code != "" && !evidence.IsStoreCode(read.Body.Code):
		return Answer{ID: "jwt-200-error", Confidence: Likely, Shown: shown,
			Why: fmt.Sprintf("HTTP 200 around an error with statusCode %d (%s), the way a JWT plugin answers",
				read.Body.DataState, read.Body.Code)}
	}
	return Answer{}
}

// miniOrange answers without a code of WordPress: {"status":"error","error":"UNAUTHORIZED","error_description":…};
// some of its versions add the status once more as "code":"401".
func (f *routed) miniOrange(x *evidence.Exchange) bool {
	text := string(x.Body.JSON)
	ownCode := !strings.Contains(text, `"code"`) || x.Body.Code == strconv.Itoa(x.Status)
	return x.Status >= 400 && strings.Contains(text, `"error_description"`) && strings.Contains(text, `"error"`) &&
		ownCode
}

// cachedRefusal finds that a cache kept the answer to somebody without a key.
func (f *routed) cachedRefusal(read *evidence.Exchange) Answer {
	fresh := f.Get(evidence.ReadFresh)
	if cross := f.Get(evidence.CacheCross); evidence.LetIn(read) && cross != nil &&
		cross.Status == http.StatusUnauthorized && !evidence.LetIn(cross) &&
		!evidence.Cached(f.Get(evidence.ReadAgain)) && f.Get(evidence.Anonymous).Status == http.StatusUnauthorized {
		return Answer{
			ID: "cache-401", Confidence: Sure,
			Shown: []string{"without a key: " + evidence.Describe(f.Get(evidence.Anonymous)),
				"then with the key: " + evidence.Describe(cross) + " " + evidence.CacheSign(cross),
				"with the key on an address nobody asked for before: " + evidence.Describe(read)},
			Why: "a cache keeps refusals to visitors without a key and gives them to the key",
		}
	}
	if read.Status == http.StatusUnauthorized && evidence.LetIn(fresh) {
		return Answer{
			ID: "cache-401", Confidence: Sure,
			Shown: []string{evidence.Describe(read) + " " + evidence.CacheSign(read),
				"with an argument no cache has seen: " + evidence.Describe(fresh)},
			Why: "a cache answers the key's request with a refusal meant for somebody without a key",
		}
	}
	return Answer{}
}

// letInByHeader decides about a key that works in the header: whether it is the key that lets the caller in.
func (f *routed) letInByHeader(read *evidence.Exchange) Answer {
	wrong, anon := f.Get(evidence.HeaderWrong), f.Get(evidence.Anonymous)
	if f.KeptForStrangers() {
		return Answer{} // a cache lets them in, which says nothing about keys
	}
	// a cache that mixes up answers lets in nobody
	if evidence.LetIn(anon) && wrong != nil && !evidence.Accepted(wrong) && f.MixedAnswers().ID == "" {
		return Answer{
			ID: "auth-hook-conflict", Confidence: Sure,
			Shown: []string{"without a key: " + evidence.Describe(anon),
				"with a wrong secret: " + evidence.Describe(wrong)},
			Why: "the store takes everybody for a user it knows, with or without a key: something other than " +
				"WooCommerce decides who is asking",
		}
	}
	if user := strangerIs(f.Get(evidence.AnonSelf)); evidence.LetIn(anon) && user > 0 {
		return Answer{
			ID: "auth-hook-conflict", Confidence: Sure,
			Shown: []string{"without a key: " + evidence.Describe(anon),
				"who that is, without a key: " + evidence.Describe(f.Get(evidence.AnonSelf))},
			Why: fmt.Sprintf("the store takes everybody for user %d, so strangers read what only a key may read: a "+
				"plugin or a snippet decides who is asking", user),
		}
	}
	if read.Status == http.StatusUnauthorized && read.Body.Code == evidence.AuthError &&
		evidence.ScopeRefused(read, wrong) {
		return Answer{
			ID: "key-write-only", Confidence: Sure,
			Shown: []string{evidence.Describe(read), "with a wrong secret the store gives another reason"},
			Why:   "key and secret are right, and the key's own permission is “Write”: every read is refused",
		}
	}
	return Answer{}
}

// strangerIs is the user whom WordPress takes a caller without a key for; 0 for nobody.
func strangerIs(x *evidence.Exchange) int64 {
	var user struct {
		ID int64 `json:"id"`
	}
	if x != nil && x.Status == http.StatusOK {
		evidence.ReadJSON(x, &user)
	}
	return user.ID
}

// notLetIn decides about a key that is not let in by any road.
func (f *routed) notLetIn(read *evidence.Exchange) Answer {
	shape := f.Target.Key
	if a := f.refusedByOthers(read); a.ID != "" {
		return a
	}
	if f.Route.ID == "query-string-dropped" {
		return f.withoutQuery(read)
	}
	known, control := f.Get(evidence.KeyKnown), f.Get(evidence.KeyControl)
	if known == nil || control == nil {
		return Answer{}
	}
	if known.Body.Code == "woocommerce_rest_authentication_missing_parameter" {
		return Answer{ID: "oauth-missing-param", Confidence: Sure, Shown: []string{evidence.Describe(known)},
			Why: "five arguments were sent and fewer arrived: something takes arguments out of addresses"}
	}
	switch {
	case known.Body.Code != evidence.AuthError || control.Body.Code != evidence.AuthError:
		return f.keysNotLookedAt(read, known, control)
	case known.Body.Message == control.Body.Message:
		return f.unknownKey(shape)
	}
	return f.knownKey(read)
}
