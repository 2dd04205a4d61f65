package service

import (
	"slices"
	"strings"
	"sync"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
)

// progress is how far the first copies of stores are that this process makes, for who looks.
type progress struct {
	mu  sync.Mutex
	now map[int64]map[storage.Resource]mirror.Progress
}

// watch notes how a copy goes on, and hands it on.
func (p *progress) watch(next follow.Watch) follow.Watch {
	return func(step mirror.Progress) {
		p.mu.Lock()
		if p.now == nil {
			p.now = map[int64]map[storage.Resource]mirror.Progress{}
		}
		if step.Total > 0 {
			if p.now[step.StoreID] == nil {
				p.now[step.StoreID] = map[storage.Resource]mirror.Progress{}
			}
			p.now[step.StoreID][step.Resource] = step
		}
		p.mu.Unlock()
		if next != nil {
			next(step)
		}
	}
}

// of is how far a store is, by resource.
func (p *progress) of(storeID int64) []mirror.Progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []mirror.Progress
	for _, step := range p.now[storeID] {
		all = append(all, step)
	}
	slices.SortFunc(all, func(a, b mirror.Progress) int {
		return strings.Compare(string(a.Resource), string(b.Resource))
	})
	return all
}
