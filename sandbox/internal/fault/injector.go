package fault

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/inmemory"
)

// Injector holds the faults in force and lets them happen. It is safe for concurrent use.
type Injector struct {
	mu      sync.Mutex
	chance  *rand.Rand
	next    int
	answers atomic.Int64 // rewritten so far
	faults  []*compiled
	late    sync.WaitGroup
	closing chan struct{}
	closed  bool
}

// NewInjector makes an injector without faults. Equal seeds draw the same chances.
func NewInjector(seed uint64) *Injector {
	return &Injector{chance: rand.New(rand.NewPCG(seed, 0x5eed)), closing: make(chan struct{})}
}

// Add puts a fault in force and returns its id. Of several faults that match a request the one added first happens.
func (i *Injector) Add(f Fault) (id string, err error) {
	c, err := compile(f)
	if err != nil {
		if f.Name != "" {
			err = fmt.Errorf("fault %q: %w", f.Name, err)
		}
		return "", err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.next++
	c.Fault.ID = strconv.Itoa(i.next)
	i.faults = append(i.faults, c)
	return c.Fault.ID, nil
}

// Remove ends the fault with an id, or all faults with a name, and returns how many it ended.
func (i *Injector) Remove(idOrName string) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	before := len(i.faults)
	i.faults = slices.DeleteFunc(
		i.faults, func(c *compiled) bool { return c.Fault.ID == idOrName || c.Fault.Name == idOrName },
	)
	return before - len(i.faults)
}

// Clear ends all faults.
func (i *Injector) Clear() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.faults = nil
}

// Armed is a fault in force and how often it happened.
type Armed struct {
	Fault
	Happened int `json:"happened"`
}

// List returns the faults in force, in the order they were added.
func (i *Injector) List() []Armed {
	i.mu.Lock()
	defer i.mu.Unlock()
	list := make([]Armed, len(i.faults))
	for n, c := range i.faults {
		list[n] = Armed{c.Fault, c.hit}
	}
	return list
}

// Close makes requests act at once that would act late, and returns when all have.
func (i *Injector) Close() {
	i.mu.Lock()
	if !i.closed {
		close(i.closing)
		i.closed = true
	}
	i.mu.Unlock()
	i.late.Wait()
}

// pick finds the fault that happens to a request and counts it.
func (i *Injector) pick(r *http.Request, body []byte) *compiled {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, c := range i.faults {
		if !c.selects(r, body) {
			continue
		}
		c.seen++
		if c.seen <= c.Fault.Match.Skip || c.Fault.Match.Times > 0 && c.hit >= c.Fault.Match.Times {
			continue
		}
		if p := c.Fault.Match.Probability; p > 0 && i.chance.Float64() >= p {
			continue
		}
		c.hit++
		return c
	}
	return nil
}

type insecureKey struct{}

// Insecure says whether a fault made this request look as if it came without TLS.
func Insecure(r *http.Request) bool { return r.Context().Value(insecureKey{}) != nil }

type diesKey struct{}

// Dies names the hook in which a fault lets PHP die during this request; empty when PHP lives.
func Dies(r *http.Request) string {
	hook, _ := r.Context().Value(diesKey{}).(string)
	return hook
}

type caughtKey struct{}

// Caught says whether WooCommerce catches the exception thrown in the hook of Dies.
func Caught(r *http.Request) bool {
	caught, _ := r.Context().Value(caughtKey{}).(bool)
	return caught
}

type thrownKey struct{}

// ThrownIn is what a plugin throws after each record that this request stores; nil for nothing.
func ThrownIn(r *http.Request) *Thrown {
	thrown, _ := r.Context().Value(thrownKey{}).(*Thrown)
	return thrown
}

// Wrap lets faults happen to the requests of a handler. A request without faults costs one lock.
func (i *Injector) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if i.none() {
			next.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		c := i.pick(r, body)
		if c == nil {
			next.ServeHTTP(w, r)
			return
		}
		i.happen(c, w, r, body, next)
	})
}

func (i *Injector) none() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.faults) == 0
}

func (i *Injector) happen(c *compiled, w http.ResponseWriter, r *http.Request, body []byte, next http.Handler) {
	f := c.Fault
	if f.Delay > 0 && !i.wait(r.Context(), time.Duration(f.Delay)) {
		panic(http.ErrAbortHandler) // the client has gone before anything happened
	}
	if f.Drop == BeforeCommit {
		panic(http.ErrAbortHandler)
	}
	inner := c.altered(r, body)
	if f.Drop == AfterCommit {
		i.actLater(trashing(f, next), inner, time.Duration(f.Late))
		panic(http.ErrAbortHandler)
	}
	if f.Answer != nil {
		if c.finds != nil || f.Acts {
			if own := record(next, inner); c.finds != nil && !c.finds.Match(own.body) {
				own.write(w)
				return
			}
		}
		f.Answer.write(w, r)
		return
	}
	if f.Remember {
		i.damage(c, i.remembered(c, next, inner)).write(w)
		return
	}
	i.damage(c, record(next, inner)).write(w)
}

// wait says whether the time passed; false when the client went away first.
func (i *Injector) wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-i.closing:
		return true
	case <-ctx.Done():
		return false
	}
}

// actLater lets the store act although nobody will read its answer: at once, or late after the client was cut off.
func (i *Injector) actLater(next http.Handler, r *http.Request, late time.Duration) {
	r = r.WithContext(context.WithoutCancel(r.Context()))
	if late <= 0 {
		record(next, r)
		return
	}
	i.late.Add(1)
	go func() {
		defer i.late.Done()
		i.wait(context.Background(), late)
		record(next, r)
	}()
}

func (i *Injector) remembered(c *compiled, next http.Handler, r *http.Request) *answer {
	query := r.URL.Query()
	for _, name := range c.Forgets {
		query.Del(name)
	}
	key := r.Method + " " + r.URL.Path + "?" + query.Encode()
	for _, name := range c.Varies {
		key += "\n" + r.Header.Get(name)
	}
	i.mu.Lock()
	a := c.remembered[key]
	i.mu.Unlock()
	kept := a != nil
	if a == nil {
		a = record(next, r)
		if c.RememberOnly != 0 && a.status != c.RememberOnly {
			return a
		}
		if a.header.Get("Date") == "" {
			a.header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
		}
		i.mu.Lock()
		c.remembered[key] = a
		i.mu.Unlock()
	}
	clone := *a
	clone.header = a.header.Clone()
	if kept {
		for name, value := range c.Fault.HitHeaders {
			clone.header.Set(name, strings.ReplaceAll(value, "{date}", a.header.Get("Date")))
		}
	}
	return &clone
}

// altered is the request as the store sees it after the fault's changes.
func (c *compiled) altered(r *http.Request, body []byte) *http.Request {
	f, ctx := c.Fault, r.Context()
	if f.Insecure {
		ctx = context.WithValue(ctx, insecureKey{}, true)
	}
	if f.Dies != "" {
		ctx = context.WithValue(ctx, diesKey{}, f.Dies)
		ctx = context.WithValue(ctx, caughtKey{}, f.Caught)
	}
	if f.Throws != nil {
		ctx = context.WithValue(ctx, thrownKey{}, f.Throws)
	}
	inner := r.Clone(ctx)
	if f.StripMeta {
		if stripped := withoutHiddenMeta(body); stripped != nil {
			body = stripped
			inner.ContentLength = int64(len(body))
		}
	}
	for n, re := range c.rewritesSent {
		body = re.ReplaceAll(body, []byte(f.RewriteSent[n].Put))
		inner.ContentLength = int64(len(body))
	}
	inner.Body = io.NopCloser(bytes.NewReader(body))
	for _, name := range f.StripHeaders {
		inner.Header.Del(name)
	}
	if f.DropQuery {
		inner.URL.RawQuery = ""
		inner.RequestURI = inner.URL.EscapedPath()
	}
	if len(f.StripArgs) > 0 {
		query := inner.URL.Query()
		for _, name := range f.StripArgs {
			query.Del(name)
		}
		inner.URL.RawQuery = query.Encode()
		inner.RequestURI = inner.URL.RequestURI()
	}
	if f.AddQuery != "" {
		added := strings.ReplaceAll(f.AddQuery, "{path}", url.QueryEscape(inner.URL.Path))
		inner.URL.RawQuery = strings.TrimSuffix(added+"&"+inner.URL.RawQuery, "&")
		inner.RequestURI = inner.URL.EscapedPath() + "?" + inner.URL.RawQuery
	}
	if f.Method != "" {
		inner.Method = f.Method
	}
	return inner
}

// answer is a complete answer of the store.
type answer struct {
	status   int
	header   http.Header
	body     []byte
	announce int // Content-Length; -1 for the length of the body
}

// record lets the store act and keeps its answer.
func record(next http.Handler, r *http.Request) *answer {
	kept := inmemory.Ask(next, r)
	return &answer{status: kept.Status(), header: kept.Header(), body: kept.Body(), announce: -1}
}

// damage changes the store's answer as the fault says.
func (i *Injector) damage(c *compiled, a *answer) *answer {
	f := c.Fault
	for n, re := range c.rewrites {
		put := strings.ReplaceAll(f.Rewrite[n].Put, "{n}", strconv.FormatInt(i.answers.Add(1)+1_000_000, 10))
		a.body = re.ReplaceAll(a.body, []byte(put))
	}
	if f.Status != 0 {
		a.status = f.Status
	}
	if f.Before != "" || f.After != "" {
		a.body = slices.Concat([]byte(f.Before), a.body, []byte(f.After))
	}
	if f.Cut != nil {
		a.announce = len(a.body)
		keep := *f.Cut
		if keep < 0 {
			keep = max(0, len(a.body)+keep)
		}
		a.body = a.body[:min(keep, len(a.body))]
	}
	for _, pattern := range f.RemoveHeaders {
		prefix, many := strings.CutSuffix(http.CanonicalHeaderKey(pattern), "*")
		for name := range a.header {
			if strings.EqualFold(name, pattern) || many && strings.HasPrefix(strings.ToLower(name),
				strings.ToLower(prefix)) {
				delete(a.header, name)
			}
		}
	}
	for name, value := range f.SetHeaders {
		if _, ofHit := f.HitHeaders[name]; ofHit && a.header.Get(name) != "" {
			continue // a kept header shows that this answer was given out again
		}
		a.header.Set(name, value)
	}
	return a
}

func (a *answer) write(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if a.announce >= 0 {
		w.Header().Set("Content-Length", strconv.Itoa(a.announce))
	} else {
		w.Header().Del("Content-Length")
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
	if a.announce > len(a.body) {
		_ = http.NewResponseController(w).Flush() // the bytes of a cut body arrive before the end
		panic(http.ErrAbortHandler)               // ends the connection before the announced length
	}
}

func (a *Answer) write(w http.ResponseWriter, r *http.Request) {
	query := r.URL.RawQuery
	if query != "" {
		query = "?" + query
	}
	fill := strings.NewReplacer("{host}", r.Host, "{path}", r.URL.Path, "{query}", query)
	for name, value := range a.Header {
		w.Header().Set(name, fill.Replace(value))
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	}
	status := a.Status
	if status == 0 {
		status = http.StatusOK
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = io.WriteString(w, fill.Replace(a.Body))
	}
}
