#Requires -Version 7.6
<#
.SYNOPSIS
    HaTools' resources for DSC v3: one operation per run. JSON on stdin, JSON alone on stdout, traces as JSON lines on stderr.
.DESCRIPTION
    The manifest beside this file says how dsc calls it. All work is the module's: the plan that test and
    what-if show is the running node's own, and set applies it the way Update-HaNode does.
#>
param(
    [Parameter(Mandatory)]
    [ValidateSet('get', 'set', 'test', 'export')]
    [string] $Operation,

    # set names what it would do, and does nothing.
    [switch] $WhatIf
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$PSStyle.OutputRendering = 'PlainText'

$exitCodes = @{ Error = 1; Input = 2; Configuration = 3; Permission = 4; Node = 5 }

class InputException : System.Exception {
    InputException([string] $message) : base($message) { }
}

# Nothing but results may reach stdout, and a host writes warnings there: every stream ends here.
function Write-Trace([string] $Level, [string] $Message) {
    [Console]::Error.WriteLine((@{ $Level = $Message } | ConvertTo-Json -Compress))
}

function Read-Input {
    $reader = [System.IO.StreamReader]::new([Console]::OpenStandardInput(), [System.Text.UTF8Encoding]::new($false))
    $text = $reader.ReadToEnd()
    if ([string]::IsNullOrWhiteSpace($text)) { return @{} }
    try { $value = $text | ConvertFrom-Json -AsHashtable -Depth 64 }
    catch { throw [InputException]::new("The input is not JSON: $($_.Exception.Message)") }
    if ($value -isnot [System.Collections.IDictionary]) { throw [InputException]::new('The input is not a JSON object.') }

    $schema = (Get-Content -Raw "$PSScriptRoot/hatools.configuration.dsc.resource.json" | ConvertFrom-Json -AsHashtable).schema.embedded
    foreach ($name in $value.Keys) {
        # dsc adds properties that begin with an underscore (_metadata ...).
        if (-not $name.StartsWith('_') -and -not $schema.properties.Contains($name)) {
            $there = $schema.properties.Keys.Where({ $_[0] -ne '_' }) -join ', '
            throw [InputException]::new("There is no property '$name'. There are: $there.")
        }
    }
    foreach ($name in 'node', 'content', 'format', 'path') {
        if ($null -eq $value[$name]) { continue }
        if ($value[$name] -isnot [string]) { throw [InputException]::new("'$name' has to be a string.") }
        $pattern = $schema.properties[$name].pattern
        if ($pattern -and $value[$name] -cnotmatch $pattern) {
            throw [InputException]::new("'$($value[$name])' is no $name`: it has to match $pattern")
        }
        $words = $schema.properties[$name].enum
        if ($words -and $value[$name] -cnotin $words) {
            throw [InputException]::new("'$($value[$name])' is no $name`: it is one of $($words -join ', ').")
        }
    }
    if ($null -ne $value.configuration -and $value.configuration -isnot [System.Collections.IDictionary]) {
        throw [InputException]::new("'configuration' has to be an object.")
    }
    if ($null -ne $value.running -and $value.running -isnot [bool]) { throw [InputException]::new("'running' has to be true or false.") }
    if ($null -ne $value.configuration -and $null -ne $value.content) {
        throw [InputException]::new("'configuration' and 'content' exclude each other.")
    }
    $value
}

# What is wanted, with the defaults filled in. Configuration is null where only the file's own is meant.
function Get-Desired($Wanted) {
    $node = $Wanted.node ?? 'default'
    $desired = @{
        Node          = $node
        Path          = $Wanted.path ?? "/etc/hatools/$node.yaml"
        Running       = $Wanted.running ?? $true
        Configuration = $null
    }
    if ($null -ne $Wanted.configuration) {
        $text = $Wanted.configuration | ConvertTo-Json -Depth 64
        $desired.Configuration = Import-HaConfiguration -InputString $text -Format Yaml
    }
    elseif ($null -ne $Wanted.content) {
        $desired.Configuration = Import-HaConfiguration -InputString $Wanted.content -Format ($Wanted.format ?? 'auto')
    }
    $desired
}

function Get-RunningNode([string] $Node) {
    Get-HaNode | Where-Object Name -CEQ $Node
}

function Get-RunningConfiguration([string] $Node) {
    Import-HaConfiguration -InputString (Export-HaConfiguration -Node $Node) -Format Yaml
}

function Get-FileConfiguration([string] $Path) {
    if (Test-Path -LiteralPath $Path -PathType Leaf) { Import-HaConfiguration -Path $Path }
}

function ConvertTo-Document($Configuration) {
    $Configuration | Export-HaConfiguration -Format Json | ConvertFrom-Json -AsHashtable -Depth 64
}

# The resource's state now.
function Get-State($Desired) {
    $status = Get-RunningNode $Desired.Node
    $state = [ordered]@{ node = $Desired.Node; path = $Desired.Path; running = $null -ne $status }
    $configuration = $status ? (Get-RunningConfiguration $Desired.Node) : (Get-FileConfiguration $Desired.Path)
    if ($configuration) { $state.configuration = ConvertTo-Document $configuration }
    $state
}

# What set would do, as lines; set itself builds the same lines from what it really did.
function Get-Plan($Desired) {
    $status = Get-RunningNode $Desired.Node
    $inFile = Get-FileConfiguration $Desired.Path
    $target = $Desired.Configuration ?? $inFile
    if ($null -ne $Desired.Configuration) {
        if ($null -eq $inFile) { "Add ConfigurationFile $($Desired.Path)" }
        elseif (-not $inFile.Equals($Desired.Configuration)) { "Set ConfigurationFile $($Desired.Path)" }
    }
    if (-not $Desired.Running) {
        if ($status) { "Remove Node $($Desired.Node)" }
        return
    }
    if ($null -eq $target) {
        throw [InputException]::new(
            "Nothing says what node '$($Desired.Node)' shall do: give configuration or content, or write the file '$($Desired.Path)'.")
    }
    if ($status) {
        Compare-HaConfiguration -Node $Desired.Node -DifferenceObject $target | ForEach-Object ToString
        if ($status.ConfigurationPath -cne $Desired.Path) {
            "Set Node $($Desired.Node) ConfigurationPath: $($status.ConfigurationPath) -> $($Desired.Path)"
        }
    }
    else {
        "Add Node $($Desired.Node)"
        Compare-HaConfiguration ([HaTools.HaConfiguration]::Empty) $target | ForEach-Object ToString
    }
}

function Set-State($Desired) {
    if (-not (Get-Plan $Desired)) { return }

    $previous = $null
    $written = $false
    if ($null -ne $Desired.Configuration) {
        $existed = Test-Path -LiteralPath $Desired.Path -PathType Leaf
        $inFile = Get-FileConfiguration $Desired.Path
        if ($null -eq $inFile -or -not $inFile.Equals($Desired.Configuration)) {
            if ($existed) { $previous = [System.IO.File]::ReadAllBytes($Desired.Path) }
            $format = $Desired.Path.EndsWith('.json') ? 'Json' : 'Yaml'
            $Desired.Configuration | Export-HaConfiguration -Path $Desired.Path -Format $format -Force -Confirm:$false
            $written = $true
            "$($existed ? 'Set' : 'Add') ConfigurationFile $($Desired.Path)"
        }
    }
    try {
        $status = Get-RunningNode $Desired.Node
        if (-not $Desired.Running) {
            if ($status) {
                Stop-HaNode -Name $Desired.Node -Confirm:$false
                "Remove Node $($Desired.Node)"
            }
        }
        elseif ($status) {
            Update-HaNode -Node $Desired.Node -Path $Desired.Path -Confirm:$false 3>$null | ForEach-Object ToString
            $now = Get-RunningNode $Desired.Node
            if ($now.ConfigurationPath -cne $status.ConfigurationPath) {
                "Set Node $($Desired.Node) ConfigurationPath: $($status.ConfigurationPath) -> $($now.ConfigurationPath)"
            }
        }
        else {
            $null = Start-HaNode -Path $Desired.Path -Name $Desired.Node -Detached -Confirm:$false 3>$null
            "Add Node $($Desired.Node)"
            Compare-HaConfiguration ([HaTools.HaConfiguration]::Empty) (Get-RunningConfiguration $Desired.Node) | ForEach-Object ToString
        }
    }
    catch {
        # The node still runs what it ran: the file shall not promise something else.
        if ($written) {
            if ($null -ne $previous) { [System.IO.File]::WriteAllBytes($Desired.Path, $previous) }
            else { Remove-Item -LiteralPath $Desired.Path }
        }
        throw
    }
}

function Invoke-Operation {
    Import-Module "$PSScriptRoot/../HaTools.psd1"
    if ($Operation -eq 'export') {
        foreach ($status in Get-HaNode) {
            $state = Get-State @{ Node = $status.Name; Path = $status.ConfigurationPath ?? "/etc/hatools/$($status.Name).yaml" }
            # A node that follows a keepalived.conf is exported with the file that this resource would keep instead.
            if ($state.path -cnotmatch '\.(yaml|yml|json)$') { $state.path = "/etc/hatools/$($status.Name).yaml" }
            $state
        }
        return
    }
    $desired = Get-Desired (Read-Input)
    switch ($Operation) {
        'get' { Get-State $desired }
        'test' {
            $changes = @(Get-Plan $desired)
            $state = Get-State $desired
            $state.changes = $changes
            $state._inDesiredState = $changes.Count -eq 0
            $state
        }
        'set' {
            if ($WhatIf) {
                $changes = @(Get-Plan $desired)
                $state = Get-State $desired
                $state._metadata = @{ whatIf = $changes }
                $state
            }
            else {
                $changes = @(Set-State $desired)
                $state = Get-State $desired
                $state.changes = $changes
                $state
            }
        }
    }
}

try {
    Invoke-Operation *>&1 | ForEach-Object {
        $item = $_
        switch ($item.GetType().Name) {
            'ErrorRecord' { throw $item }
            'WarningRecord' { Write-Trace warn $item.Message }
            'VerboseRecord' { Write-Trace debug $item.Message }
            'DebugRecord' { Write-Trace trace $item.Message }
            'InformationRecord' { Write-Trace info "$($item.MessageData)" }
            default { [Console]::Out.WriteLine(($item | ConvertTo-Json -Compress -Depth 64)) }
        }
    }
}
catch {
    $record = $_
    $id = $record.FullyQualifiedErrorId.Split(',')[0]
    $advice = $record.ErrorDetails.RecommendedAction
    $text = $record.ErrorDetails.Message ?? $record.Exception.Message
    # Ids of our catalogue are for scripts to match; what PowerShell makes up for other exceptions is noise.
    Write-Trace error "$text$($advice ? " ($advice)" : '')$($id -cmatch '^[A-Z][A-Za-z]+$' ? " [$id]" : '')"
    Write-Trace debug $record.ScriptStackTrace
    $code = switch ($id) {
        { $record.Exception -is [InputException] } { $exitCodes.Input; break }
        'ConfigurationInvalid' { $exitCodes.Configuration; break }
        { $_ -in 'PermissionDenied', 'ConfigurationUnreadable', 'FileNotWritten' } { $exitCodes.Permission; break }
        { $_ -match '^Node|^Ipvs|^Interface|^Kernel|^Hanode' } { $exitCodes.Node; break }
        default { $exitCodes.Error }
    }
    exit $code
}
exit 0
