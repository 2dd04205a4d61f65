package verdict

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// withoutQuery decides where only what travels in the header can be told.
func (f *routed) withoutQuery(read *evidence.Exchange) Answer {
	if evidence.Accepted(f.Get(evidence.HeaderWrong)) {
		return f.secretOrOwner(read)
	}
	return Answer{}
}

// keysNotLookedAt finds that not even a signature that cannot be right is objected to.
func (f *routed) keysNotLookedAt(read, known, control *evidence.Exchange) Answer {
	if f.Route.ID != "" {
		return Answer{} // the road explains it
	}
	shown := []string{"with the key: " + evidence.Describe(read),
		"with a signature that cannot be right: " + evidence.Describe(known)}
	if wrong := f.Get(evidence.HeaderWrong); evidence.Accepted(wrong) {
		return f.secretOrOwner(read)
	}
	if a := f.lostAndRefused(read, known); a.ID != "" {
		return a
	}
	if known.Body.Kind != "json" || !evidence.IsStoreCode(known.Body.Code) {
		return Answer{}
	}
	if a := f.argumentsLost(known); a.ID != "" {
		return a
	}
	_ = control
	return Answer{
		ID: "auth-hook-conflict", Confidence: Likely, Shown: shown,
		Why: "WooCommerce does not look at keys at all, neither in the header nor in the address nor as a " +
			"signature: another plugin took its place or switched it off",
	}
}

// unknownKey finds that the store answers to the key as to one that nobody has.
func (f *routed) unknownKey(shape evidence.KeyShape) Answer {
	shown := []string{"the key: " + evidence.Describe(f.Get(evidence.KeyKnown)),
		"a key nobody has: " + evidence.Describe(f.Get(evidence.KeyControl)) + " – the same answer"}
	say := func(id string, c Confidence, why string) Answer {
		return Answer{ID: id, Confidence: c, Why: why, Shown: shown, Vars: map[string]string{}}
	}
	if shape.Swapped {
		return say("key-secret-swapped", Sure, "the key begins with cs_, as secrets do: key and secret are swapped")
	}
	if shape.LooksLikeUser {
		if shape.AppPassword && !f.Index().OffersAppPasswords() {
			return say("app-password-disabled", Likely,
				"an application password was given, and the store does not offer application passwords")
		}
		return say("wp-login-instead-of-key", Likely,
			"this is not a consumer key: those begin with ck_. It looks like a user name")
	}
	if !shape.KeyOK {
		return say("key-malformed", Sure, "the key is not ck_ and 40 hexadecimal digits: "+malformed(shape))
	}
	for _, x := range f.With(evidence.Blogs) {
		dir, _, _ := strings.Cut(strings.TrimPrefix(x.ID, "blog"), ".known")
		if a := f.knownInBlog(x, f.Get(evidence.Probe(string(evidence.Blogs)+dir+".control")), dir, shown); a.ID != "" {
			return a
		}
	}
	if x, control := f.Get(evidence.BlogKnown), f.Get(evidence.BlogControl); x != nil {
		if a := f.knownInBlog(x, control, "", shown); a.ID != "" {
			return a
		}
	}
	why := "the store has no such key: it was revoked, or made on another site or copy of the shop"
	if x := f.Get(evidence.NetworkRoute); x != nil && x.Body.Kind == "json" && x.Body.Code != evidence.NoRoute &&
		!evidence.ForeignRefusal(x) {
		why += "; it is a site of a multisite network, and each site of it has keys of its own"
	}
	return say("key-unknown", Sure, why)
}

func (f *routed) knownInBlog(x, control *evidence.Exchange, dir string, shown []string) Answer {
	if control == nil || x.ID == control.ID || x.Body.Code != evidence.AuthError ||
		control.Body.Code != evidence.AuthError || x.Body.Message == control.Body.Message {
		return Answer{}
	}
	u, _, _ := strings.Cut(f.Target.Base, "://")
	home := u + "://" + f.Host() + dir
	return Answer{
		ID: "multisite-wrong-blog", Confidence: Sure, Shown: append(shown, "at "+home+": "+evidence.Describe(x)),
		Vars: map[string]string{"home": home},
		Why:  "the key belongs to the site " + home + " of the same network; each site has its own keys",
	}
}

func malformed(shape evidence.KeyShape) string {
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
		return fmt.Sprintf("it has %d characters; the list of keys in WordPress shows only the last seven",
			shape.KeyLength)
	default:
		return fmt.Sprintf("it has %d characters instead of 43", shape.KeyLength)
	}
}

// knownKey decides where the secret gets lost of a key that the store has.
func (f *routed) knownKey(read *evidence.Exchange) Answer {
	header, query := f.Get(evidence.HeaderWrong), f.Get(evidence.QueryWrong)
	switch {
	case evidence.Accepted(header):
		return f.secretOrOwner(read)
	case evidence.Accepted(query):
		inner := f.secretOrOwner(f.Get(evidence.QueryRight))
		a := f.headerLost(read)
		if inner.ID != "" {
			// Two causes at once: the header is lost, and what arrives by the other road is refused as well.
			a.Also = append(a.Also, inner.ID)
			a.Shown = append(a.Shown, inner.Shown...)
		}
		return a
	case evidence.SignatureAccepted(f.Get(evidence.SignHTTP), f.Get(evidence.KeyKnown)):
		return f.notSSL()
	case evidence.SignatureAccepted(f.Get(evidence.SignHTTPS), f.Get(evidence.KeyKnown)) && query != nil &&
		!evidence.IsJSON(query) && query.Status >= 400:
		// The store takes signatures and knows that it is on HTTPS, so nothing inside it is in the way.
		a := f.headerLost(read)
		a.Confidence, a.Why = Likely, fmt.Sprintf("the Authorization header does not arrive, and keys in the "+
			"address are refused with status %d before WordPress sees them; signed requests pass", query.Status)
		return a
	case evidence.SignatureAccepted(f.Get(evidence.SignHTTPS), f.Get(evidence.KeyKnown)):
		return Answer{
			ID: "auth-hook-conflict", Confidence: Likely,
			Shown: []string{"signed: accepted", "in the header: " + evidence.Describe(read),
				"in the address: " + evidence.Describe(f.Get(evidence.QueryRight))},
			Why: "the store knows that it is on HTTPS and accepts signatures, and key and secret are ignored: a " +
				"plugin gets in between",
		}
	case !f.Index().OffersAppPasswords():
		return Answer{
			ID: "is-ssl-false", Confidence: Likely,
			Shown: []string{"key and secret in the header: " + evidence.Describe(read),
				"in the address: " + evidence.Describe(f.Get(evidence.QueryRight)),
				"the index offers no application passwords"},
			Why: "the store does not look at key and secret, as it does when it does not know that the request came " +
				"over HTTPS; no signature was accepted either, so the secret may be wrong besides",
		}
	}
	return Answer{ID: "auth-hook-conflict", Confidence: Possible, Shown: []string{evidence.Describe(read)},
		Why: "the store has the key and ignores key and secret on every road"}
}

// secretOrOwner decides between secret and owner where both key and secret arrive.
func (f *routed) secretOrOwner(read *evidence.Exchange) Answer {
	if read == nil {
		return Answer{}
	}
	wrong := f.Get(evidence.HeaderWrong)
	if read.Of(evidence.QueryRight) {
		wrong = f.Get(evidence.QueryWrong)
	}
	shown := []string{"the secret as given: " + evidence.Describe(read), "a wrong secret: " + evidence.Describe(wrong)}
	switch {
	case read.Body.Code == evidence.AuthError && (wrong == nil || wrong.Body.Message == read.Body.Message):
		why := "the store has the key and answers to the secret exactly as to a wrong one"
		switch shape := f.Target.Key; {
		case shape.SecretBlanks:
			why += "; the secret as given has a blank or a line end in it"
		case !shape.SecretOK:
			why += fmt.Sprintf("; the secret as given has %d characters, a secret is cs_ and 40 digits",
				shape.SecretLength)
		}
		return Answer{ID: "secret-wrong", Confidence: Sure, Shown: shown, Why: why}
	case read.Body.Code == evidence.AuthError:
		return Answer{ID: "key-write-only", Confidence: Sure, Shown: shown,
			Why: "key and secret are right, and the key's own permission is “Write”: every read is refused"}
	case read.Status == http.StatusUnauthorized && strings.HasPrefix(read.Body.Code, "woocommerce_rest_cannot"):
		return Answer{
			ID: "key-owner-deleted", Confidence: Possible,
			Shown: append(shown, "a route that exists nowhere: "+evidence.Describe(f.Get(evidence.WhoAsks))),
			Why: "key and secret are right, and yet the store finds no user behind them: he was deleted, or " +
				"a plugin takes the user away after WooCommerce has recognised the key",
		}
	}
	return Answer{}
}

// argumentsLost finds that signatures are not objected to because they do not arrive. Over HTTPS key and secret have
// two more roads.
func (f *routed) argumentsLost(known *evidence.Exchange) Answer {
	lost, _ := evidence.ArgumentsOnTheWay(f.Get(evidence.EchoPages))
	lost = slices.DeleteFunc(lost, func(name string) bool { return !slices.Contains(evidence.SignatureArgs, name) })
	if len(lost) == 0 {
		return Answer{}
	}
	return Answer{
		ID: "oauth-missing-param", Confidence: Sure,
		Why: "arguments of the signature are taken out of the address on the way: " + strings.Join(lost, ", "),
		Shown: []string{evidence.Describe(known),
			"a public list repeats what arrived, without " + strings.Join(lost, ", ")},
	}
}
