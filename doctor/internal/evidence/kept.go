package evidence

// ProbedOrigin is the site that a request says it comes from: no site's. WordPress names it in its answer.
const ProbedOrigin = "https://waybill-doctor.invalid"

// NamesOrigin reports that whoever answered saw the origin that the request named.
func NamesOrigin(x *Exchange) bool {
	return x != nil && x.Header.Get("Access-Control-Allow-Origin") == ProbedOrigin
}

// DescribesRoute reports the answer to OPTIONS: what a route takes.
func DescribesRoute(x *Exchange) bool {
	var route struct {
		Namespace string `json:"namespace"`
	}
	ReadJSON(x, &route)
	return IsJSON(x) && x.Body.Count < 0 && route.Namespace != ""
}
