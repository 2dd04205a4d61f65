package catalogue

import (
	"fmt"
	"mime"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// A proof is the command that shows a fault while it is there and its absence when it is mended. It only reads, its
// secrets stand in environment variables, and it says what it prints in both cases:
//
//	curl -sS …   # before: 401; after: 200
//
// What is said there is held against what the command prints, on broken and on mended stores (proof_test.go). So the
// words are of a fixed form. Alternatives stand between “or”. Each is a text that is in the output, “nothing” for an
// empty one, “no X” or “anything but X” for a text that is not there, “begins with X”, “ends in X” and their
// opposites. What stands in parentheses explains and is not compared. A proof of two lines shows the fault with the
// first and its absence with the second: where not the store is mended but what is asked of it.

// prove is a proof with its words.
func prove(command, before, after string) Fix {
	return Fix{FixCheck, command + "   # before: " + before + "; after: " + after}
}

// look says in a sentence how to see the change where no command of everybody's shows it.
func look(text string) Fix { return Fix{FixLook, text} }

// isProof reports a fix that shows the fault and its absence.
func (f Fix) isProof() bool { return f.Kind == FixCheck || f.Kind == FixLook }

// statusOnly makes curl print the status and the type of an answer without its body, which may hold data of customers.
const statusOnly = ` -o /dev/null -w '%{http_code} %{content_type}\n'`

// seen is what curl prints for the answer that came.
func seen(x *evidence.Exchange) string {
	if x.Status == 0 {
		return "000"
	}
	kind, _, err := mime.ParseMediaType(x.Header.Get("Content-Type"))
	if err != nil || x.Status/100 == 3 {
		kind = "" // the page that comes with a redirect says nothing
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", x.Status, kind))
}

// curlOf writes a request of the doctor down as a person would send it. Signed requests cannot be written down: their
// signature is good for once. Neither can a body of which only what it is was kept.
func (f *Case) curlOf(x *evidence.Exchange) (command string, ok bool) {
	described := x.Request.Body != "" && !strings.HasPrefix(x.Request.Body, "{")
	if strings.HasPrefix(x.Request.Auth, "oauth") || f.Target.SitePassword || described {
		return "", false
	}
	var b strings.Builder
	b.WriteString("curl -sS" + statusOnly)
	header := map[string]string{"User-Agent": f.Evidence.Local.UserAgent, "Accept": "application/json"}
	for name, value := range x.Request.Header {
		header[name] = value
	}
	fmt.Fprintf(&b, " -A %s -H %s", shellQuote(header["User-Agent"]),
		shellQuote(strings.TrimSpace("Accept: "+header["Accept"])))
	switch x.Request.Method {
	case http.MethodGet:
	case http.MethodHead:
		b.WriteString(" -I")
	default:
		b.WriteString(" -X " + x.Request.Method)
	}
	if x.Request.Body != "" {
		b.WriteString(" -H 'Content-Type: application/json' --data " + shellQuote(x.Request.Body))
	}
	address := shellQuote(f.shorter(x))
	switch x.Request.Auth {
	case evidence.AuthHeader:
		b.WriteString(` -u "$WAYBILL_KEY:$WAYBILL_SECRET"`)
	case evidence.AuthHeaderWrong:
		b.WriteString(` -u "$WAYBILL_KEY:cs_wrong"`)
	case evidence.AuthQuery:
		sign := "?"
		if strings.Contains(x.Request.URL, "?") {
			sign = "&"
		}
		address += `"` + sign + `consumer_key=$WAYBILL_KEY&consumer_secret=$WAYBILL_SECRET"`
	case evidence.AuthQueryWrong:
		return "", false
	}
	return b.String() + " " + address, true
}

// shorter asks for the id alone where the doctor asked for the members of errors too, except where the very address
// matters.
func (f *Case) shorter(x *evidence.Exchange) string {
	if evidence.Caches.Has(x) || evidence.Cached(x) || f.Key.Is("cache-401") {
		return x.Request.URL
	}
	return strings.Replace(x.Request.URL, "_fields="+evidence.PrimaryOf(f.Target).Args().Get("_fields"), "_fields=id",
		1)
}

// shellQuote makes a word of a shell of any text.
func shellQuote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// keyedCurl is how curl sends the key in the way that works in this store.
func (f *Case) keyedCurl() string {
	if f.Evidence.Way == evidence.WayQuery {
		return `curl -sS -G --data-urlencode "consumer_key=$WAYBILL_KEY" ` +
			`--data-urlencode "consumer_secret=$WAYBILL_SECRET"`
	}
	return `curl -sS -u "$WAYBILL_KEY:$WAYBILL_SECRET"`
}

// addressProof is for faults that are mended in the integration: the address in use, then the one to use. Without the
// key.
func addressProof(inUse, toUse string) Fix {
	ask := func(base string) string {
		return "curl -sS" + statusOnly + " '" + base + "/wp-json/?_fields=namespaces'"
	}
	return Fix{FixCheck, ask(inUse) + "   # before: anything but 200 application/json (the address in use)\n" +
		ask(toUse) + "   # after: 200 application/json (the address to use)"}
}

// cacheProof looks for the sign of a cache in the headers of an answer.
func cacheProof(sign string) Fix {
	return prove("{keyed} -o /dev/null -D - '{home}/wp-json/wc/v3/{resource}?per_page=1&_fields=id' | grep -iE "+
		"'^(age|[a-z-]*cache[a-z-]*):'", "“"+sign+"”", "no “"+sign+"”")
}

// allowProof asks which methods the key may use: WordPress runs its permission checks to answer, and does nothing.
var allowProof = prove("{keyed} -o /dev/null -D - -X OPTIONS '{home}/wp-json/wc/v3/{endpoint}' | grep -i '^allow'",
	"no “{verb}”", "“{verb}”")
