package capability

import "testing"

func TestWhoOwnsAnOrderWithoutAuthorFollowsTheVersion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		site   Site
		row    PostType
		author int64
		want   int64
	}{
		{"a guest's order on 10.0.2", Site{Version: Measured}, PlaceholderPost, 0, 0},
		{"a guest's order on 11.0.1", Site{Version: Newest}, PlaceholderPost, 0, 1},
		{"an own order on 11.0.1", Site{Version: Newest}, PlaceholderPost, 7, 7},
		{"a missing row on 10.0.2", Site{Version: Measured}, NoPost, 7, 0},
		{"a missing row on 11.0.1", Site{Version: Newest}, NoPost, 7, 1},
		{"a missing row with synchronisation", Site{Version: Newest, Storage: HPOSSync}, NoPost, 7, 0},
		{"an order from before the switch", Site{Version: Newest, Storage: HPOSMigrated}, ShopOrderPost, 0, 0},
	} {
		if got := c.site.OrderAuthor(c.row, c.author); got != c.want {
			t.Errorf("%s: user %d, want %d", c.name, got, c.want)
		}
	}
}
