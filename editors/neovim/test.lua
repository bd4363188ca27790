-- nvim --headless --clean -l test.lua SERVER: opens a broken bundle, sees the findings, types a fix, sees them go.
local session = dofile(vim.fs.joinpath(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)), 'session.lua'))
local fail, wait_for = session.fail, session.wait_for

local function errors(buffer)
  return vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR })
end

-- Types keys as a person would.
local function type_keys(keys)
  vim.api.nvim_feedkeys(vim.keycode(keys), 'tx', false)
end

local path = session.bundle {
  'name: simple-bucket',
  'description: A bucket — 🪣 — for files',
  'version: 1.0.0',
  'steps:',
  '\t- path: src',
  '    provisioner: opentofu',
  'params:',
  '  properties:',
  '    bucket_name:',
  '      type: string',
  '      title: Bucket name',
}
local other = vim.fs.dirname(path) .. '/other.yaml'
vim.fn.writefile({ 'a:', '\tb: 1' }, other)

local buffer = session.edit(path)
wait_for('the tab is reported where it is', function()
  return vim.iter(errors(buffer)):any(function(found) return found.lnum == 4 and found.code == 'yaml-syntax' end)
end)
wait_for('its source is named', function() return errors(buffer)[1].source == 'massdriver' end)

type_keys('5G0cl  <Esc>')
assert(vim.api.nvim_get_current_line() == '  - path: src', vim.api.nvim_get_current_line())
wait_for('the errors go once the tab is spaces', function() return #errors(buffer) == 0 end)

type_keys('6G0i<C-v><Tab><Esc>')
wait_for('a new error comes while typing', function() return #errors(buffer) > 0 end)
type_keys('u')
wait_for('undo takes it away again', function() return #errors(buffer) == 0 end)

local program = vim.fs.dirname(path) .. '/src/artifact_bucket.jq'
vim.fn.writefile({ '.params.nothing' }, program)
vim.cmd 'write'
vim.cmd.edit(vim.fn.fnameescape(program))
wait_for('a finding in a program', function() return #vim.diagnostic.get(0) > 0 end)

vim.cmd.edit(vim.fn.fnameescape(other))
vim.wait(300)
if #vim.lsp.get_clients({ bufnr = 0 }) > 0 then fail('other YAML is served') end
print('ok   other YAML is left alone')

for _, client in ipairs(vim.lsp.get_clients()) do client:stop() end
wait_for('the server ends', function() return #vim.lsp.get_clients() == 0 end)
