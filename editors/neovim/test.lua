-- nvim --headless --clean -l test.lua SERVER: opens a broken bundle, sees the findings, types a fix, sees them go.
local here = vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, 'S').source:sub(2)))
local server = vim.fs.abspath(assert(arg[1], 'which server?'))

local function fail(message)
  io.stderr:write('FAIL: ' .. message .. '\n' .. vim.inspect(vim.diagnostic.get()) .. '\n')
  vim.cmd 'cquit 1'
end

local function wait_for(what, condition)
  if not vim.wait(20000, condition, 5) then fail('waited in vain for ' .. what) end
  print('ok   ' .. what)
end

local function errors(buffer)
  return vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR })
end

-- Types keys as a person would.
local function type_keys(keys)
  vim.api.nvim_feedkeys(vim.keycode(keys), 'tx', false)
end

local directory = vim.fn.tempname()
vim.fn.mkdir(directory .. '/src', 'p')
vim.fn.writefile({
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
}, directory .. '/massdriver.yaml')
vim.fn.writefile({ 'a:', '\tb: 1' }, directory .. '/other.yaml')

vim.opt.rtp:prepend(here)
vim.opt.swapfile = false
vim.cmd 'filetype plugin on'
vim.lsp.config('massdriver_ls', { cmd = { server, 'lsp' } })
vim.lsp.enable('massdriver_ls')

vim.cmd.edit(vim.fn.fnameescape(directory .. '/massdriver.yaml'))
local buffer = vim.api.nvim_get_current_buf()
wait_for('the server attaches', function()
  local client = vim.lsp.get_clients({ bufnr = buffer })[1]
  return client and client.initialized
end)
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

vim.cmd.edit(vim.fn.fnameescape(directory .. '/other.yaml'))
vim.wait(300)
if #vim.lsp.get_clients({ bufnr = 0 }) > 0 then fail('other YAML is served') end
print('ok   other YAML is left alone')

for _, client in ipairs(vim.lsp.get_clients()) do client:stop() end
wait_for('the server ends', function() return #vim.lsp.get_clients() == 0 end)
