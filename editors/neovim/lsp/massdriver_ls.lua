---@brief
---
--- Language server for Massdriver's `massdriver.yaml`: findings while you type, with quick fixes.
---
--- Install it with `cargo install massdriver-ls`, and put the program on your `PATH`.
---
--- Only files named `massdriver.yaml` or `massdriver.yml` are served, and the programs in the directories of steps; all
--- other YAML and jq is left to other servers.

---@type vim.lsp.Config
return {
  cmd = { 'massdriver-ls', 'lsp' },
  filetypes = { 'yaml', 'jq' },
  -- The repository, so that the files around a bundle are seen; a bundle on its own otherwise.
  root_dir = function(buffer, start)
    local name = vim.api.nvim_buf_get_name(buffer)
    local base = vim.fs.basename(name)
    local stem = base:match('^(.*)%.jq$') or ''
    local is_program = stem:match('^artifact_') or stem:match('^resource_')
      or vim.list_contains({ 'params', 'connections', 'envs', 'secrets' }, stem)
    if base == 'massdriver.yaml' or base == 'massdriver.yml' or is_program then
      start(vim.fs.root(buffer, '.git') or vim.fs.dirname(is_program and vim.fs.dirname(name) or name))
    end
  end,
  settings = {
    massdriver = {
      -- rules = { ['some-rule-id'] = 'off' }, -- off, on, hint, info, warning or error
    },
  },
}
