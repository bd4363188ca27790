-- nvim --headless --clean -l names.lua SERVER: goes to a definition, lists uses and symbols, renames, takes a code action.
local session = dofile(vim.fs.joinpath(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)), 'session.lua'))
local fail, wait_for = session.fail, session.wait_for

local path = session.bundle {
  'steps:',
  '  - path: src',
  '    provisioner: opentofu',
  'params:',
  '  required: [size]',
  '  properties:',
  "    size: {type: integer, title: Size, default: '3'}",
  'ui:',
  '  ui:order: [size]',
  'app:',
  '  envs:',
  "    SIZE: '\"🪣\" + (.params.size | tostring)'",
}

vim.opt.hidden = true
local buffer = session.edit(path)
wait_for('findings', function() return #vim.diagnostic.get(buffer) > 0 end)

local function go(pattern)
  vim.api.nvim_set_current_buf(buffer)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  if vim.fn.search(pattern, 'c') == 0 then fail('there is no ' .. pattern) end
end

local function text() return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n') end

go [[params\.\zssize]]
vim.lsp.buf.definition()
wait_for('the definition', function() return vim.api.nvim_win_get_cursor(0)[1] == 7 end)

vim.lsp.buf.references()
wait_for('four uses', function() return #vim.fn.getqflist() == 4 end)
vim.cmd.cclose()

go [[path: \zssrc]]
vim.lsp.buf.definition()
wait_for('the main file of the step', function() return vim.api.nvim_buf_get_name(0):match 'src/main%.tf$' end)

go [[^  ui:order: \[\zssize]]
vim.lsp.buf.document_symbol()
wait_for('the symbols', function()
  local names = vim.iter(vim.fn.getqflist()):map(function(item) return item.text end):join ' '
  return names:find('size', 1, true) and names:find('SIZE', 1, true)
end)
vim.cmd.cclose()

go [[^  ui:order: \[\zssize]]
vim.lsp.buf.rename 'node-count'
wait_for('the new name', function() return text():find('"🪣" + (.params["node-count"] | tostring)', 1, true) end)
assert(select(2, text():gsub('node%-count', '')) == 4, text())

go [['3']]
vim.lsp.buf.code_action { apply = true, filter = function(action) return action.title == 'Remove the quotes' end }
wait_for('the number without its quotes', function() return text():find('default: 3}', 1, true) end)
vim.cmd 'qall!'
