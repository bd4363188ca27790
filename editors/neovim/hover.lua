-- nvim --headless --clean -l hover.lua SERVER: presses K on a param and on a type, and reads the windows that open.
local session = dofile(vim.fs.joinpath(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)), 'session.lua'))
local fail, wait_for = session.fail, session.wait_for

-- The window that floats, if one does.
local function floating()
  return vim.iter(vim.api.nvim_list_wins()):find(function(window)
    return vim.api.nvim_win_get_config(window).relative ~= ''
  end)
end

-- Presses K where a pattern matches; the lines of the window that opens, as they are and as they are shown.
local function hover(pattern)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  if vim.fn.search(pattern, 'c') == 0 then fail('there is no ' .. pattern) end
  vim.api.nvim_feedkeys('K', 'mtx', false)
  wait_for('a window for ' .. pattern, floating)
  local window = floating()
  local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
  print('     | ' .. table.concat(lines, '\n     | '))
  vim.api.nvim_win_close(window, true)
  return table.concat(lines, '\n')
end

local function shows(text, wanted)
  if not text:find(wanted, 1, true) then fail('"' .. wanted .. '" is not in the window:\n' .. text) end
end

local path = session.bundle {
  'name: simple-bucket',
  'description: A bucket — 🪣 — for files',
  'version: 1.0.0',
  'steps:',
  '  - path: src',
  '    provisioner: opentofu',
  'params:',
  '  required: [storage_class]',
  '  examples:',
  '    - __name: Archive',
  '      storage_class: cold',
  '  properties:',
  '    storage_class:',
  '      type: string',
  '      title: Storage class',
  '      description: How quickly the files are at hand.',
  '      enum: [hot, cold]',
  'connections:',
  '  required: [aws_authentication]',
  '  properties:',
  '    aws_authentication:',
  '      $ref: massdriver/aws-iam-role',
  'artifacts:',
  '  properties: {}',
  'ui:',
  '  ui:order: [storage_class]',
}

session.edit(path)

local param = hover 'order: \\[\\zsstorage_class'
shows(param, '**`storage_class`** · param · `string` · required')
shows(param, 'Storage class. How quickly the files are at hand.')
shows(param, '- Allowed: `hot`, `cold`')
shows(param, '- Presets: Archive `cold`')
shows(param, '- Used in: `required` (line 8), `ui:order` (line 26)')
shows(param, 'variable "storage_class" {')

local type_name = hover 'massdriver/aws-iam-role'
shows(type_name, '**`massdriver/aws-iam-role`** · resource type')
shows(type_name, 'arn: string          # required')

shows(hover 'provisioner', '**`provisioner`** · in a step · required')

for _, client in ipairs(vim.lsp.get_clients()) do client:stop() end
wait_for('the server ends', function() return #vim.lsp.get_clients() == 0 end)
