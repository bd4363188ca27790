-- nvim --headless --clean -l completion.lua SERVER: types into a second Neovim as a person would, reads the menu, and
-- accepts what it offers.
local session = dofile(vim.fs.joinpath(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)), 'session.lua'))
local fail, wait_for = session.fail, session.wait_for

local editor = vim.fn.jobstart({ vim.v.progpath, '--clean', '--embed', '--headless' }, { rpc = true })
local function lua(code, ...) return vim.rpcrequest(editor, 'nvim_exec_lua', code, { ... }) end
local function input(keys) vim.rpcrequest(editor, 'nvim_input', keys) end

local path = session.bundle {
  'name: simple-bucket',
  'steps:',
  '  - path: src',
  'params:',
  '  properties:',
  '    storage_class: {type: string, enum: [hot, cold]}',
  'ui:',
  '  ui:order: ["*"]',
}

lua([[
  local here, search_path, file, enable, menu = ...
  vim.opt.rtp:prepend(here)
  vim.opt.swapfile = false
  vim.opt.completeopt = 'menuone,noselect,popup'
  vim.cmd 'filetype plugin on'
  vim.env.PATH = search_path
  assert(load(enable))()
  assert(load(menu))()
  vim.cmd.edit(vim.fn.fnameescape(file))
]], session.here, session.search_path, path, session.block(1), session.block(2))
wait_for('the server attaches', function()
  return lua [[
    local client = vim.lsp.get_clients({ bufnr = 0 })[1]
    return client ~= nil and client.initialized == true
  ]]
end)

-- The words in the menu; none while it is closed.
local function menu()
  return lua [[
    if vim.fn.pumvisible() == 0 then return {} end
    return vim.tbl_map(function(item) return item.abbr ~= '' and item.abbr or item.word end,
      vim.fn.complete_info({ 'items' }).items)
  ]]
end

-- Opens the menu and accepts a word in it by going down to it.
local function accept(word, keys)
  input(keys)
  local found
  wait_for(('`%s` in the menu'):format(word), function()
    for index, label in ipairs(menu()) do
      if label == word then found = index end
    end
    return found
  end)
  print('     | ' .. table.concat(vim.list_slice(menu(), 1, 8), '\n     | '))
  input(('<C-n>'):rep(found) .. '<C-y>')
  wait_for('the menu closes', function() return #menu() == 0 end)
end

local function lines(first, last)
  return vim.rpcrequest(editor, 'nvim_buf_get_lines', 0, first - 1, last, false)
end

local function line_is(number, wanted)
  local what = ('line %d: "%s"'):format(number, wanted)
  if not vim.wait(5000, function() return lines(number, number)[1] == wanted end, 5) then
    fail('waited in vain for ' .. what .. ' in\n' .. table.concat(lines(1, -1), '\n'))
  end
  print('ok   ' .. what)
end

-- A key, half typed, and its value.
input '3Go  prov'
accept('provisioner', '<C-x><C-o>')
line_is(4, '    provisioner: ')
accept('opentofu', '<C-x><C-o>')
line_is(4, '    provisioner: opentofu')

-- A space behind a colon brings the values up by itself.
input '<CR>skip_on_delete:'
accept('true', ' ')
line_is(5, '    skip_on_delete: true')

-- A whole block, whose stops can be filled in.
input '<Esc>7Go'
accept('Switch', '<C-x><C-o>')
line_is(9, '      type: boolean')
input 'public'
line_is(8, '    public:')
line_is(10, '      title: Title')
print('     | ' .. table.concat(lines(1, -1), '\n     | '))

vim.rpcrequest(editor, 'nvim_exec_lua', 'for _, client in ipairs(vim.lsp.get_clients()) do client:stop() end', {})
vim.fn.rpcnotify(editor, 'nvim_command', 'quitall!')
vim.fn.jobwait({ editor }, 5000)
