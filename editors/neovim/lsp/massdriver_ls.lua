---@brief
---
--- Language server for Massdriver's `massdriver.yaml`: findings while you type, with quick fixes.
---
--- Install it with `cargo install massdriver-ls`, and put the program on your `PATH`.
---
--- Only files named `massdriver.yaml` or `massdriver.yml` are served; all other YAML is left to other servers.

---@type vim.lsp.Config
return {
  cmd = { 'massdriver-ls', 'lsp' },
  filetypes = { 'yaml' },
  -- The repository, so that the files around a bundle are seen; a bundle on its own otherwise.
  root_dir = function(buffer, start)
    local name = vim.api.nvim_buf_get_name(buffer)
    local base = vim.fs.basename(name)
    if base == 'massdriver.yaml' or base == 'massdriver.yml' then
      start(vim.fs.root(buffer, '.git') or vim.fs.dirname(name))
    end
  end,
  settings = {
    massdriver = {
      -- rules = { ['some-rule-id'] = 'off' }, -- off, on, hint, info, warning or error
    },
  },
}
