package sandbox

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/recording"
)

// ReplayOptions choose what [Replay] plays.
type ReplayOptions struct {
	// Section plays one section only; "" plays all.
	Section string
	// ID reports on one step only. Its section is played up to that step.
	ID string
	// Files is the directory of the recordings file. Giant answers are in files of their own there. When it is nil, the
	// steps that need such a file count as different.
	Files fs.FS
	// Options are given to every store that is played against. Without a version of WooCommerce among them, the store
	// has the version that the recordings name.
	Options []Option
}

// recorder is the User-Agent of the recorded requests. WooCommerce puts it into some notes (recordings: action-email).
const recorder = "golden-recorder/1.0"

// Replay plays a recordings file against fresh stores, one for each section, and reports in which steps the answers
// differ from the recorded ones. The error is about the file, not about differences.
func Replay(ctx context.Context, file io.Reader, options ReplayOptions) (*Report, error) {
	sections, err := recording.Read(file)
	if err != nil {
		return nil, err
	}
	if version := recording.Version(sections); version != "" {
		options.Options = append([]Option{WithVersion(version)}, options.Options...)
	}
	sections, err = chosen(sections, options)
	if err != nil {
		return nil, err
	}
	results := make([][]StepResult, len(sections))
	var players sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, section := range sections {
		players.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			results[i] = newPlayer(options).play(ctx, section)
		})
	}
	players.Wait()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("replaying the recordings: %w", err)
	}
	return newReport(sections, results, options), nil
}

// chosen keeps the section that the options name, cut after the step that they name.
func chosen(sections []*recording.Section, options ReplayOptions) ([]*recording.Section, error) {
	if options.Section == "" && options.ID == "" {
		return sections, nil
	}
	for _, section := range sections {
		if options.Section != "" && section.Name != options.Section {
			continue
		}
		if options.ID == "" {
			return []*recording.Section{section}, nil
		}
		for i, step := range section.Steps {
			if step.ID == options.ID {
				return []*recording.Section{{Name: section.Name, Steps: section.Steps[:i+1]}}, nil
			}
		}
	}
	if options.ID != "" {
		return nil, fmt.Errorf("the recordings have no step %q in section %q", options.ID, options.Section)
	}
	return nil, fmt.Errorf("the recordings have no section %q", options.Section)
}

func newPlayer(options ReplayOptions) *player {
	p := &player{
		clock: NewClock(time.Unix(1795426613, 0)),
		names: map[string]string{
			"base": recordedBase, "base_http": recordedBaseHTTP, "hook": recordedHook, "hook_tls": recordedHookTLS,
		},
		jars:    map[string]map[string]string{},
		granted: map[string]Credentials{},
	}
	for _, name := range []string{"base", "base_http", "hook", "hook_tls"} {
		p.names[name+"_enc"] = url.QueryEscape(p.names[name])
	}
	p.receiver = &receiver{player: p}
	p.context = recording.NewContext(p.names, options.Files)
	p.store = New(
		append(
			[]Option{WithClock(p.clock.Now), WithTransport(p.receiver), WithReceivers(receivers...)},
			options.Options...,
		)...,
	)
	p.surround()
	return p
}

// play plays all steps and compares each answer with the recorded one.
func (p *player) play(ctx context.Context, section *recording.Section) []StepResult {
	results := make([]StepResult, 0, len(section.Steps))
	for _, step := range section.Steps {
		if ctx.Err() != nil {
			return results
		}
		if step.T != 0 {
			p.clock.Set(time.Unix(step.T, 0))
		}
		p.receiver.step = step
		result := StepResult{ID: step.ID, Section: step.Section, Note: step.Note, As: step.As, Auth: step.Auth}
		if step.Kind == "server" {
			p.operate(step, &result)
		} else {
			p.request(step, &result)
		}
		results = append(results, result)
	}
	return results
}

// operate performs a step that happens inside the store.
func (p *player) operate(step *recording.Step, result *StepResult) {
	result.Request = "server: " + step.Op + " " + string(step.Args)
	operation, ok := serverOperations[step.Op]
	if !ok {
		operation, ok = orderOperations[step.Op]
	}
	if !ok {
		operation, ok = webhookOperations[step.Op]
	}
	if !ok {
		result.Differences = []Difference{{
			Path: "server operation", Want: step.Op, Got: "the sandbox does not know this operation",
		}}
		return
	}
	output, err := operation(p, json.RawMessage(p.context.Expand(string(step.Args))))
	if err != nil {
		result.Differences = []Difference{{Path: "server operation", Want: "no error", Got: err.Error()}}
		return
	}
	encoded, err := json.Marshal(output)
	if err != nil {
		result.Differences = []Difference{{Path: "server operation", Want: "JSON", Got: err.Error()}}
		return
	}
	if step.Output != nil {
		result.Differences = differences(recording.CompareOutput(step, encoded, p.context))
	}
	result.Differences = append(result.Differences, differences(p.context.Capture(step, encoded))...)
}

// request sends an HTTP step to the store.
func (p *player) request(step *recording.Step, result *StepResult) {
	r := p.build(step)
	result.Request = r.Method + " " + r.RequestURI
	w := &responseBuffer{header: http.Header{}}
	p.store.ServeHTTP(w, r)
	answer := recording.Answer{Status: w.status(), Header: w.header, Body: w.body.Bytes()}
	if step.Request.CookieJar != "" {
		p.keepCookies(step.Request.CookieJar, w.header)
	}
	if strings.HasPrefix(w.header.Get("Content-Type"), "text/html") {
		p.keepApprovalNonce(answer.Body)
	}
	result.Status = answer.Status
	result.Differences = differences(recording.Compare(step, answer, p.context))
	if len(step.Captures) > 0 {
		result.Differences = append(result.Differences, differences(p.context.Capture(step, answer.Body))...)
	}
}

// build makes the HTTP request of a step.
func (p *player) build(step *recording.Step) *http.Request {
	q := step.Request
	expand := p.context.Expand
	header := http.Header{"User-Agent": {recorder}}
	for name, value := range q.Headers {
		header.Set(name, p.currentSecrets(expand(value)))
	}
	address, _ := url.Parse(p.names["base"])
	if step.Scheme == "http" {
		address, _ = url.Parse(p.names["base_http"])
	}
	credentials := p.credentials(step.As)
	query := rawQuery(q, expand)
	switch step.Auth {
	case "basic":
		if header.Get("Authorization") == "" {
			header.Set("Authorization",
				"Basic "+base64.StdEncoding.EncodeToString([]byte(credentials.Key+":"+credentials.Secret)))
		}
	case "query":
		query = join(
			query,
			"consumer_key="+url.QueryEscape(credentials.Key)+"&consumer_secret="+url.QueryEscape(credentials.Secret),
		)
	case "oauth1":
		if q.OAuth != nil && q.OAuth.Placement == "query" {
			params := p.signed(q.OAuth)
			for _, name := range q.OAuth.Order {
				query = join(query, url.QueryEscape(name)+"="+url.QueryEscape(params[name]))
			}
		}
	}
	uri := escapePath(expand(q.Path))
	if query != "" {
		uri += "?" + query
	}
	body, hasBody := requestBody(q, expand)
	r := &http.Request{
		Method: q.Method, Host: address.Host, RequestURI: uri, Header: header, Proto: "HTTP/1.1", ProtoMajor: 1,
		ProtoMinor: 1,
		RemoteAddr: "127.0.0.1:50000", Body: http.NoBody, ContentLength: int64(len(body)),
	}
	r.URL = &url.URL{Path: expand(q.Path), RawQuery: query}
	if parsed, err := url.ParseRequestURI(uri); err == nil {
		r.URL = parsed
	}
	if address.Scheme == "https" {
		r.TLS = loopbackTLS
	}
	if hasBody {
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	p.addCookies(q.CookieJar, header)
	return r
}

// credentials are the key of the account that sends the request of a step.
func (p *player) credentials(as string) Credentials {
	if granted, ok := p.granted[as]; ok {
		return granted
	}
	return credentialsOf(as)
}

// currentSecrets replaces, inside a Basic Authorization header, the secrets captured in the recording by those of this
// run.
func (p *player) currentSecrets(value string) string {
	encoded, ok := strings.CutPrefix(value, "Basic ")
	if !ok {
		return value
	}
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return value
	}
	text := string(decoded)
	for recorded, now := range p.context.Recorded {
		if len(recorded) >= 12 { // a generated secret, not a number
			text = strings.ReplaceAll(text, recorded, now)
		}
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(text))
}

func rawQuery(q *recording.Request, expand func(string) string) string {
	if q.QueryRaw != nil {
		return expand(*q.QueryRaw)
	}
	return pairs(q.Query, expand)
}

func pairs(list [][2]any, expand func(string) string) string {
	encoded := ""
	for _, pair := range list {
		encoded = join(encoded, url.QueryEscape(expand(fmt.Sprint(pair[0])))+"="+url.QueryEscape(
			expand(fmt.Sprint(pair[1]))))
	}
	return encoded
}

func join(query, more string) string {
	if query == "" {
		return more
	}
	return query + "&" + more
}

// requestBody is the body as bytes. In JSON a string that is nothing but the {name} of a number is sent as that number.
func requestBody(q *recording.Request, expand func(string) string) (body []byte, ok bool) {
	switch {
	case q.BodyRaw != nil:
		return []byte(expand(*q.BodyRaw)), true
	case q.BodyRawBase64 != nil:
		decoded, err := base64.StdEncoding.DecodeString(*q.BodyRawBase64)
		return decoded, err == nil
	case q.BodyForm != nil:
		return []byte(pairs(q.BodyForm, expand)), true
	case q.Body != nil:
		return expandJSON(q.Body, expand), true
	}
	return nil, false
}

// escapePath escapes the bytes that cannot stand in a request line.
func escapePath(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if c := path[i]; c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func newReport(sections []*recording.Section, results [][]StepResult, options ReplayOptions) *Report {
	report := &Report{Different: []string{}, Steps: []StepResult{}}
	for i, section := range sections {
		count := SectionCount{Name: section.Name}
		for _, result := range results[i] {
			if options.ID != "" && result.ID != options.ID {
				continue
			}
			count.Total++
			if len(result.Differences) == 0 {
				count.Equal++
				continue
			}
			report.Different = append(report.Different, result.ID)
			report.Steps = append(report.Steps, result)
		}
		report.Total += count.Total
		report.Equal += count.Equal
		report.Sections = append(report.Sections, count)
	}
	return report
}
