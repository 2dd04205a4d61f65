package probe

import (
	"context"
	"fmt"
	"sync"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// all sends probes side by side, those that take long before the others, and returns when every one has its answer.
func (p *prober) all(ctx context.Context, probes ...probe) {
	waiting := make(chan probe, len(probes))
	for _, first := range []bool{true, false} {
		for _, pr := range probes {
			if pr.takesLong() == first {
				waiting <- pr
			}
		}
	}
	close(waiting)
	var wg sync.WaitGroup
	for range min(len(probes), cap(p.slots)) {
		wg.Go(func() {
			for pr := range waiting {
				p.one(ctx, pr)
			}
		})
	}
	wg.Wait()
}

// takesLong says whether a probe reads a whole page or lets the store ask others. Asked last, such probes would keep
// the run waiting for them alone.
func (pr probe) takesLong() bool {
	return pr.args.Get("per_page") == fmt.Sprint(evidence.PageSize) || pr.id == evidence.EgressTest
}
