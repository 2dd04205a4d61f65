package argument

import (
	"strings"

	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// Resources reads names of resources that a mirror holds.
func Resources(names []string) ([]storage.Resource, error) {
	var resources []storage.Resource
	for _, name := range names {
		r, err := export.Known(name)
		if err != nil || r == export.OrderItems {
			return nil, problem.New(problem.Usage, "%q is no resource", name).Next("There are: %s",
				strings.Join(ResourceNames(), ", "))
		}
		resources = append(resources, r)
	}
	return resources, nil
}

// ResourceNames are the resources that a mirror holds.
func ResourceNames() []string {
	var names []string
	for _, r := range storage.Resources() {
		names = append(names, string(r))
	}
	return names
}
