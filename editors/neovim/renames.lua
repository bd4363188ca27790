-- nvim --headless --clean -l renames.lua SERVER: renames right after opening, and after the code changed on the disk.
local session = dofile(vim.fs.joinpath(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)), 'session.lua'))
local fail, wait_for = session.fail, session.wait_for

local BUNDLE = {
  'name: a-queue',
  'steps:',
  '  - path: src',
  '    provisioner: opentofu',
  'params:',
  '  required: [size]',
  '  properties:',
  '    size: {type: integer, title: Size}',
  'ui:',
  '  ui:order: [size]',
}
local CODE = { 'variable "size" {}', 'locals {', '  é = "🪣${var.size}"', '}' }

vim.opt.hidden = true

local function bundle()
  local path = session.bundle(BUNDLE)
  local code = vim.fs.dirname(path) .. '/src/main.tf'
  vim.fn.writefile(CODE, code)
  return path, code
end

-- What a buffer shows, else what the file holds.
local function text(path)
  local buffer = vim.fn.bufnr(path)
  local lines = vim.fn.bufloaded(path) == 1 and vim.api.nvim_buf_get_lines(buffer, 0, -1, false) or vim.fn.readfile(path)
  return table.concat(lines, '\n')
end

local function renamed(lines) return (table.concat(lines, '\n'):gsub('size', 'nodes')) end

local function rename()
  vim.fn.search [[^    \zssize:]]
  vim.lsp.buf.rename 'nodes'
end

local function undo(path)
  vim.api.nvim_set_current_buf(vim.fn.bufnr(path))
  vim.cmd.undo()
end

local path, code = bundle()
session.edit(path)
rename()
wait_for('the new name, right after opening', function() return text(path) == renamed(BUNDLE) end)
if text(code) ~= renamed(CODE) then fail('the code has ' .. text(code)) end
undo(path)
undo(code)
if text(path) ~= table.concat(BUNDLE, '\n') or text(code) ~= table.concat(CODE, '\n') then fail 'undo leaves something' end
print 'ok   undo takes it back'
vim.cmd 'silent wall'

path, code = bundle()
vim.cmd.edit(vim.fn.fnameescape(path))
wait_for('findings', function() return #vim.diagnostic.get(0) > 0 end)
local later = vim.list_extend({ '# On another branch, this comment is longer than the code was.' }, CODE)
vim.fn.writefile(later, code)
rename()
wait_for('the new name, after the disk has changed', function() return text(path) == renamed(BUNDLE) end)
if text(code) ~= renamed(later) then fail('the code has ' .. text(code)) end

path, code = bundle()
vim.cmd.edit(vim.fn.fnameescape(path))
wait_for('findings', function() return #vim.diagnostic.get(0) > 0 end)
vim.fn.writefile({ 'variable "size" {{{' }, code)
local reason
vim.notify = function(message) reason = message end
rename()
wait_for('a refusal that names the file', function() return reason and reason:find('src/main.tf', 1, true) end)
if text(path) ~= table.concat(BUNDLE, '\n') then fail 'half of it was renamed' end
vim.cmd 'qall!'
