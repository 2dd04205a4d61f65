package outbox

const (
	firstSingles = 25
	mostSingles  = 5000
)

func (b *Outbox) batchSize(storeID int64) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now, ok := b.batch[storeID]; ok {
		return now.size
	}
	return b.opts.BatchSize
}

// learnBatch notes how a batch went.
func (b *Outbox) learnBatch(storeID int64, ok bool) {
	size := b.batchSize(storeID)
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.batch[storeID]
	now.size, now.singles = max(size/4, 1), 0
	switch {
	case ok:
		now.size = min(size+5, b.opts.BatchSize)
	case now.size == 1:
		now.wanted = min(max(2*now.wanted, firstSingles), mostSingles)
	}
	b.batch[storeID] = now
}

// learnSingle notes that a write went well by itself.
func (b *Outbox) learnSingle(storeID int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, ok := b.batch[storeID]
	if !ok || now.size > 1 {
		return
	}
	if now.singles++; now.singles >= now.wanted {
		now.size, now.singles = min(5, b.opts.BatchSize), 0
	}
	b.batch[storeID] = now
}
