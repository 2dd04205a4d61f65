package core

import (
	"bytes"
	"sync"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// renderCache keeps records as JSON, so that pages of unchanged orders cost little more than copying. It holds the
// records rendered last, up to a limit of bytes.
type renderCache struct {
	mu      sync.Mutex
	entries map[RenderKey]renderedRecord
	oldest  []RenderKey // in the order they were put in
	bytes   int
	// generation grows when records may look different although they did not change themselves.
	generation uint64
}

// renderBuffers are scratch buffers. The cache keeps copies of exact size, not a buffer that grew.
var renderBuffers = sync.Pool{New: func() any { return new([]byte) }}

// RenderKey names a record of a resource.
type RenderKey struct {
	Resource string
	ID       int64
}

type renderedRecord struct {
	revision   uint64
	generation uint64
	Variant
	json rest.Raw
}

// Variant is the part of a request that a rendered record depends on.
type Variant struct {
	Decimals int
	Home     string // the address of the shop as the request sees it
}

// renderLimit is in bytes. It is enough for about 25,000 orders.
const renderLimit = 64 << 20

func newRenderCache() *renderCache { return &renderCache{entries: map[RenderKey]renderedRecord{}} }

// JSON returns a record as rendered at this revision, and renders it when the cache has no such form.
func (c *renderCache) JSON(key RenderKey, revision uint64, decimals int, render func() *rest.Object) rest.Raw {
	return c.JSONAs(key, revision, Variant{Decimals: decimals}, func(dst []byte) []byte {
		return rest.AppendJSON(dst, render())
	})
}

// JSONAs is JSON for records that show addresses of the shop. appendTo renders the record.
func (c *renderCache) JSONAs(key RenderKey, revision uint64, as Variant, appendTo func([]byte) []byte) rest.Raw {
	c.mu.Lock()
	have, ok := c.entries[key]
	generation := c.generation
	c.mu.Unlock()
	if ok && have.revision == revision && have.Variant == as && have.generation == generation {
		return have.json
	}
	buffer := renderBuffers.Get().(*[]byte)
	*buffer = appendTo((*buffer)[:0])
	json := rest.Raw(bytes.Clone(*buffer))
	renderBuffers.Put(buffer)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !ok {
		c.oldest = append(c.oldest, key)
	}
	c.bytes += len(json) - len(have.json)
	c.entries[key] = renderedRecord{revision, generation, as, json}
	for c.bytes > renderLimit && len(c.oldest) > 1 {
		c.bytes -= len(c.entries[c.oldest[0]].json)
		delete(c.entries, c.oldest[0])
		c.oldest = c.oldest[1:]
	}
	return json
}
