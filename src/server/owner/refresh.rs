//! What editors show of open notes by the names of others, and ask for by themselves only when the note itself
//! changes: once names change elsewhere, or links, they are asked to ask again.

use tower_lsp_server::ls_types::request::{
    CodeLensRefresh, InlayHintRefreshRequest, Request, SemanticTokensRefresh,
};

use super::{Owner, PendingRequest};

impl Owner {
    /// Once nothing waits: asks the client to ask again, unless it has not answered when it was last asked.
    pub(super) fn refresh_views(&mut self) {
        let views = self.views_outdated;
        if !(views || self.lenses_outdated) || !self.initialized || self.is_refreshing() {
            return;
        }
        (self.views_outdated, self.lenses_outdated) = (false, false);
        if self.docs.values().all(|doc| doc.place.is_none()) {
            return;
        }
        if views && self.client.refreshes_tokens {
            self.ask_to_refresh::<SemanticTokensRefresh>();
        }
        if self.client.refreshes_lenses {
            self.ask_to_refresh::<CodeLensRefresh>();
        }
        if views && self.client.refreshes_hints {
            self.ask_to_refresh::<InlayHintRefreshRequest>();
        }
    }

    pub(super) fn is_refreshing(&self) -> bool {
        self.pending_requests.values().any(|asked| matches!(asked, PendingRequest::Refresh))
    }

    pub(super) fn ask_to_refresh<R: Request<Params = ()>>(&mut self) {
        let id = self.out.request::<R>(&());
        self.pending_requests.insert(id, PendingRequest::Refresh);
    }
}
