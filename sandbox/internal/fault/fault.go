package fault

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"time"
)

// Fault is something that happens to the requests it matches. Several effects of one fault happen together. A fault can
// be written as JSON; durations are nanoseconds there, or texts such as "250ms" with [Duration].
type Fault struct {
	// ID is given when the fault is added, and names it for removal.
	ID string `json:"id"`
	// Name says what the fault stands for, such as an id of docs/checks.
	Name  string `json:"name,omitempty"`
	Match Match  `json:"match"`

	// Delay passes before the store sees the request.
	Delay Duration `json:"delay,omitempty"`
	// StripHeaders are taken out of the request, as some servers do with Authorization.
	StripHeaders []string `json:"strip_headers,omitempty"`
	// DropQuery takes the query away before the store sees it.
	DropQuery bool `json:"drop_query,omitempty"`
	// StripArgs takes arguments out of the query before the store sees it.
	StripArgs []string `json:"strip_args,omitempty"`
	// AddQuery is put in front of the query before the store sees it, as a rewrite rule does. {path} stands for the
	// path.
	AddQuery string `json:"add_query,omitempty"`
	// Insecure makes the store believe that the request came without TLS.
	Insecure bool `json:"insecure,omitempty"`
	// StripMeta takes meta data with a leading underscore out of what is written, as a plugin that guards such keys
	// does.
	StripMeta bool `json:"strip_meta,omitempty"`
	// RewriteSent changes the body of the request before the store sees it, as a plugin that rewrites records does.
	RewriteSent []Rewrite `json:"rewrite_sent,omitempty"`
	// Dies names the hook in which PHP dies of a plugin's error. What WooCommerce has stored before that hook stays:
	//
	//   - wp_insert_post: the bare row of an order;
	//   - woocommerce_new_order: an order without lines;
	//   - woocommerce_new_order_item: an order with one line;
	//   - woocommerce_order_before_calculate_totals: an order without totals;
	//   - woocommerce_refund_created and woocommerce_order_refunded: a refund without meta data;
	//   - woocommerce_new_customer_note: a note whose e-mail was not sent.
	Dies string `json:"dies,omitempty"`
	// Caught turns the death into an exception that WooCommerce catches:
	//
	//   - in woocommerce_order_status_changed it comes before everything that a change of status does;
	//   - in woocommerce_order_status_processing it comes after the note of the change;
	//   - in woocommerce_before_order_object_save it skips the save of an order that existed before.
	Caught bool `json:"caught,omitempty"`
	// Method replaces the request's method.
	Method string `json:"method,omitempty"`

	// Drop closes the connection without an answer.
	Drop Drop `json:"drop,omitempty"`
	// Trashes needs Drop AfterCommit. It puts the order that the request made into the trash before anybody looks for
	// it.
	Trashes bool `json:"trashes,omitempty"`
	// Late needs Drop AfterCommit. It is how long after the client was cut off the store begins to act.
	Late Duration `json:"late,omitempty"`
	// Answer is given in place of the store's. The store does not act, unless Acts is set.
	Answer *Answer `json:"answer,omitempty"`
	// Finds is a regular expression on the store's answer. The store acts, and Answer replaces only answers that match.
	Finds string `json:"finds,omitempty"`
	// Acts lets the store act before Answer is given, like a 502 in front of a store that finished.
	Acts bool `json:"acts,omitempty"`

	// Throws is thrown by a plugin after a record was stored, in a hook such as
	// woocommerce_rest_insert_shop_order_object. The write has taken effect, and its answer is the error. In a batch
	// every item is answered so.
	Throws *Thrown `json:"throws,omitempty"`

	// Cut is how many bytes of the body arrive. A negative number counts from the end. The announced length stays that
	// of the whole body.
	Cut *int `json:"cut,omitempty"`
	// Before and After are put around the body, such as notices of PHP or a byte order mark.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	// Status and SetHeaders replace those of the store's answer. RemoveHeaders takes headers away, by name or by a
	// prefix with "*".
	Status        int               `json:"status,omitempty"`
	SetHeaders    map[string]string `json:"set_headers,omitempty"`
	RemoveHeaders []string          `json:"remove_headers,omitempty"`
	// Remember answers every later request for the same address with the first answer to it, like a cache. RememberOnly
	// keeps only answers with that status.
	Remember     bool `json:"remember,omitempty"`
	RememberOnly int  `json:"remember_only,omitempty"`
	// Forgets names arguments that such a cache leaves out when it compares addresses.
	Forgets []string `json:"forgets,omitempty"`
	// Varies names headers of the request by whose values such a cache tells requests apart.
	Varies []string `json:"varies,omitempty"`
	// HitHeaders are set on the answers that Remember gives in place of the store's. {date} stands for the Date of the
	// answer that was kept.
	HitHeaders map[string]string `json:"hit_headers,omitempty"`
	// Rewrite changes the body of answers.
	Rewrite []Rewrite `json:"rewrite,omitempty"`
}

// Rewrite puts a text in place of what a regular expression finds in a body. In Put, $1 stands for a group, as in
// regexp. In a rewritten answer, {n} stands for a number that no answer had before.
type Rewrite struct {
	Find string `json:"find"`
	Put  string `json:"put"`
}

// Drop says when a connection is closed without an answer.
type Drop string

// The moments of a drop.
const (
	Never        Drop = ""
	BeforeCommit Drop = "before" // the store never sees the request
	AfterCommit  Drop = "after"  // the store acts, but the client does not learn of it
)

// Answer is given in place of the store's answer. {host}, {path} and {query} in its body and headers stand for those of
// the request.
type Answer struct {
	Status int               `json:"status"`
	Header map[string]string `json:"header,omitempty"`
	Body   string            `json:"body,omitempty"`
}

// Thrown is an exception of a plugin. WooCommerce answers it as an error.
type Thrown struct {
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Message string `json:"message,omitempty"`
}

// Match selects requests. The zero value selects all.
type Match struct {
	// Methods are in upper case. An OPTIONS whose query asks for GET counts as GET, as in WordPress; for a cache
	// (Remember) it counts as OPTIONS.
	Methods []string `json:"methods,omitempty"`
	// Path is a regular expression on the path, without the query.
	Path string `json:"path,omitempty"`
	// Query is a regular expression on the raw query.
	Query string `json:"query,omitempty"`
	// Except is a regular expression on the raw query. The fault leaves requests alone that match it.
	Except string `json:"except,omitempty"`
	// Headers are regular expressions on the first value of a header; an absent header is the empty text.
	Headers map[string]string `json:"headers,omitempty"`
	// Body is a regular expression on the body.
	Body string `json:"body,omitempty"`
	// Skip is how many matching requests pass first. Times is how many requests the fault happens to; 0 means all.
	Skip  int `json:"skip,omitempty"`
	Times int `json:"times,omitempty"`
	// Probability is the share of matching requests that the fault happens to; 0 means all.
	Probability float64 `json:"probability,omitempty"`
}

// Duration is a time.Duration that reads and writes texts such as "250ms" in JSON.
type Duration time.Duration

// MarshalText writes the duration as Go writes durations, such as "250ms".
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads the form of MarshalText.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}

// compiled is a fault with its regular expressions compiled and its own counts.
type compiled struct {
	Fault
	path, query, body *regexp.Regexp
	except            *regexp.Regexp
	rewrites          []*regexp.Regexp
	rewritesSent      []*regexp.Regexp
	finds             *regexp.Regexp
	headers           map[string]*regexp.Regexp
	seen, hit         int
	remembered        map[string]*answer
}

func compile(f Fault) (*compiled, error) {
	if err := f.possible(); err != nil {
		return nil, err
	}
	c := &compiled{Fault: f, headers: map[string]*regexp.Regexp{}, remembered: map[string]*answer{}}
	for _, e := range []struct {
		text string
		into **regexp.Regexp
	}{{f.Match.Path, &c.path}, {f.Match.Query, &c.query}, {f.Match.Body, &c.body}, {f.Match.Except, &c.except},
		{f.Finds, &c.finds}} {
		if e.text == "" {
			continue
		}
		re, err := regexp.Compile(e.text)
		if err != nil {
			return nil, noPattern(e.text, err)
		}
		*e.into = re
	}
	for _, side := range []struct {
		rewrites []Rewrite
		into     *[]*regexp.Regexp
	}{{f.Rewrite, &c.rewrites}, {f.RewriteSent, &c.rewritesSent}} {
		for _, r := range side.rewrites {
			re, err := regexp.Compile(r.Find)
			if err != nil {
				return nil, noPattern(r.Find, err)
			}
			*side.into = append(*side.into, re)
		}
	}
	for name, text := range f.Match.Headers {
		re, err := regexp.Compile(text)
		if err != nil {
			return nil, noPattern(text, err)
		}
		c.headers[name] = re
	}
	return c, nil
}

// noPattern says what is wrong with a regular expression.
func noPattern(text string, err error) error {
	why := err.Error()
	var wrong *syntax.Error
	if errors.As(err, &wrong) {
		why = wrong.Code.String()
	}
	return fmt.Errorf("the pattern %q cannot be read: %s", text, why)
}

// selects looks at the request, not at counts and probability.
func (c *compiled) selects(r *http.Request, body []byte) bool {
	method := r.Method
	if method == http.MethodOptions && !c.Remember && r.URL.Query().Get("_method") == http.MethodGet {
		method = http.MethodGet
	}
	if len(c.Fault.Match.Methods) > 0 && !slices.Contains(c.Fault.Match.Methods, method) {
		return false
	}
	if c.path != nil && !c.path.MatchString(r.URL.Path) || c.query != nil && !c.query.MatchString(r.URL.RawQuery) ||
		c.body != nil && !c.body.Match(body) || c.except != nil && c.except.MatchString(r.URL.RawQuery) {
		return false
	}
	for name, re := range c.headers {
		value := r.Header.Get(name)
		if strings.EqualFold(name, "Host") {
			value = r.Host
		}
		if !re.MatchString(value) {
			return false
		}
	}
	return true
}
