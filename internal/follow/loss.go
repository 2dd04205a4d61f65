package follow

import (
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// lossProblem says that the mirror keeps records of which the store has lost a large share; nil when it has not.
func lossProblem(st storage.Store, res mirror.Result) error {
	if len(res.Losses) == 0 {
		return nil
	}
	parts := make([]string, len(res.Losses))
	for i, l := range res.Losses {
		parts[i] = fmt.Sprintf("about %d of %d %s", l.About, l.Held, l.Resource)
	}
	return problem.New(problem.RecordsVanished, "%s are gone from %s at once; they were not deleted here",
		strings.Join(parts, " and "), st.Name).
		Next("Find out first whether an old backup, a staging copy or another shop answers at the address. If they "+
			"were deleted on purpose: waybill sync %s --once --accept-loss", st.Name)
}
