BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    Import-Module $Manifest
    function Get-ErrorOf([scriptblock] $Script) {
        try { & $Script } catch { return $_ }
        throw 'No error was raised.'
    }
}

Describe 'New-VrrpInstance' {
    It 'makes an instance with the defaults of RFC 9568, and needs no privilege' {
        $instance = New-VrrpInstance VI_1 eth0 51 192.0.2.10/24
        $instance | Should -BeOfType HaTools.VrrpInstance
        $instance.Version | Should -Be 3
        $instance.Priority | Should -Be 100
        $instance.ChecksumForm | Should -Be 'MessageOnly'
        $instance.AdvertisementInterval | Should -Be ([timespan]::FromSeconds(1))
        "$($instance.VirtualAddresses)" | Should -Be '192.0.2.10/24'
    }

    It 'makes the owner of the addresses (255) master at once, and nobody else' {
        (New-VrrpInstance VI_1 eth0 51 192.0.2.10 -Priority 255).InitialState | Should -Be 'Master'
        (New-VrrpInstance VI_1 eth0 51 192.0.2.10 -Priority 255 -InitialState Backup).InitialState | Should -Be 'Backup'
        (New-VrrpInstance VI_1 eth0 51 192.0.2.10 -Priority 254).InitialState | Should -Be 'Backup'
    }

    It 'takes <given> as <expected>' -ForEach @(
        @{ Given = 1; Expected = '00:00:01' }
        @{ Given = 0.1; Expected = '00:00:00.1000000' }
        @{ Given = '100ms'; Expected = '00:00:00.1000000' }
        @{ Given = '1.5s'; Expected = '00:00:01.5000000' }
        @{ Given = '00:00:05'; Expected = '00:00:05' }
    ) {
        (New-VrrpInstance VI_1 eth0 51 192.0.2.10 -AdvertisementInterval $Given).AdvertisementInterval.ToString() | Should -Be $Expected
    }

    It 'takes virtual addresses as keepalived writes them' {
        $address = (New-VrrpInstance VI_1 eth0 51 '192.168.0.174/24 brd 192.168.0.255 dev eth0 scope link label eth0:0').VirtualAddresses[0]
        $address.Address | Should -Be '192.168.0.174'
        $address.PrefixLength | Should -Be 24
        $address.Broadcast | Should -Be '192.168.0.255'
        $address.Device | Should -Be 'eth0'
        $address.Scope | Should -Be 'Link'
        $address.Label | Should -Be 'eth0:0'
        (New-VrrpInstance VI_1 eth0 51 192.168.0.174).VirtualAddresses[0].PrefixLength | Should -Be 32
    }

    It 'refuses the address <text>' -ForEach @(
        @{ Text = '192.0.2.300'; Says = '*is no IP address*' }
        @{ Text = '10.1'; Says = '*is no IP address*' }
        @{ Text = '192.0.2.1/33'; Says = '*is no prefix length from 0 to 32*' }
        @{ Text = '192.0.2.1 lable eth0:0'; Says = '*is no option of an address. Did you mean *label*' }
        @{ Text = '192.0.2.1 dev'; Says = '*needs a value*' }
        @{ Text = "192.0.2.1`n192.0.2.2"; Says = '*one line was expected*' }
    ) {
        (Get-ErrorOf { New-VrrpInstance VI_1 eth0 51 $Text }).Exception.Message | Should -BeLike $Says
    }

    It 'makes the instance that keepalived.conf means' {
        $file = Import-HaConfiguration -InputString @'
vrrp_instance VI_1 {
    state BACKUP
    nopreempt
    interface eth0
    virtual_router_id 254
    priority 99
    advert_int 1
    authentication {
        auth_type PASS
        auth_pass 1111
    }
    virtual_ipaddress {
        192.168.0.174 dev eth0 label eth0:0
    }
}
'@
        $made = New-VrrpInstance VI_1 eth0 254 '192.168.0.174 dev eth0 label eth0:0' -Priority 99 -Version 2 -NoPreempt -Authentication 1111 -ChecksumForm PseudoHeader
        $made.Equals($file.VrrpInstances[0]) | Should -BeTrue -Because "$made should be $($file.VrrpInstances[0])"
    }

    It 'takes its parameters from properties' {
        [pscustomobject]@{ Name = 'VI_2'; Interface = 'eth1'; VirtualRouterId = 7; VirtualAddress = '192.0.2.9/24'; Priority = 7 } | New-VrrpInstance | ForEach-Object Priority | Should -Be 7
    }

    It 'refuses an interval that version <version> cannot say: <interval>' -ForEach @(
        @{ Version = 2; Interval = '500ms' }
        @{ Version = 3; Interval = '5ms' }
        @{ Version = 3; Interval = 60 }
    ) {
        (Get-ErrorOf { New-VrrpInstance VI_1 eth0 51 192.0.2.1 -Version $Version -AdvertisementInterval $Interval -ErrorAction Stop }).FullyQualifiedErrorId |
            Should -Be 'ConfigurationInvalid,HaTools.Module.Commands.NewVrrpInstanceCommand'
    }
}

Describe 'What people write for values of the model' {
    It 'is the words of keepalived.conf: <do>' -ForEach @(
        @{ Do = { (New-VrrpInstance a eth0 1 192.0.2.1 -UnicastPeer 192.0.2.2, '192.0.2.3 min_ttl 1 max_ttl 9').UnicastPeers }; Is = '192.0.2.2, 192.0.2.3 min_ttl 1 max_ttl 9' }
        @{ Do = { (New-VrrpInstance a eth0 1 192.0.2.1 -TrackInterface eth1, 'eth2 weight -9 reverse').TrackInterfaces }; Is = 'eth1, eth2 weight -9 reverse' }
        @{ Do = { (New-VrrpInstance a eth0 1 192.0.2.1 -VirtualRoute 'default via 192.0.2.9 dev eth0 metric 5').VirtualRoutes }; Is = 'default via 192.0.2.9 dev eth0 metric 5' }
        @{ Do = { (New-VrrpInstance a eth0 1 192.0.2.1 -VirtualRule 'from 192.0.2.1 table 100 preference 7').VirtualRules }; Is = '7: from 192.0.2.1/32 table 100' }
        @{ Do = { (New-VrrpRoute 10.0.0.0/8 -NextHop 'via 192.0.2.9 dev eth0 weight 2', @{ Device = 'eth1' }).NextHops }; Is = 'nexthop via 192.0.2.9 dev eth0 weight 2, nexthop dev eth1 weight 1' }
        @{ Do = { (New-VrrpRoute default -Gateway 192.0.2.9 -Table main -Metrics 'mtu lock 1400').Metrics.LockMtu }; Is = 'True' }
        @{ Do = { (New-VrrpRoute default -Gateway 192.0.2.9 -Table main).Table }; Is = '254' }
        @{ Do = { (New-VrrpRoute 10.0.0.0/8 -Device eth0 -Encapsulation 'ip id 5 dst 192.0.2.7').Encapsulation }; Is = 'encap ip id 5 dst 192.0.2.7' }
        @{ Do = { (New-VrrpRule 5 -From 192.0.2.1 -Table 9 -SourcePort 80 -DestinationPort '1000-2000').DestinationPorts }; Is = '1000-2000' }
        @{ Do = { (New-VrrpNotify -Master '/bin/m now' -Backup @{ Command = '/bin/b'; User = 'own' } -User nobody).Backup }; Is = '/bin/b (as own)' }
        @{ Do = { (New-VrrpNotify -Master '/bin/m now' -User nobody).Master }; Is = '/bin/m now (as nobody)' }
        @{ Do = { $c = New-HaConfiguration -NotifyFifo /run/all -VrrpNotifyFifo @{ Path = '/run/vrrp'; User = 'nobody'; Script = '/bin/read it' }; $c.NotifyFifo, $c.VrrpNotifyFifo }; Is = '/run/all, /run/vrrp (of nobody), read by /bin/read it' }
        @{ Do = { (New-VrrpAddress 2001:db8::1).PrefixLength }; Is = '128' }
        @{ Do = { (New-VrrpInstance a eth0 1 192.0.2.1 -Version 2 -Authentication (ConvertTo-SecureString abcd -AsPlainText)).Authentication.Password }; Is = 'abcd' }
        @{ Do = { (New-VrrpInstance a eth0 1 192.0.2.1 -Strict).Accept }; Is = 'False' }
    ) { (& $Do) -join ', ' | Should -Be $Is }

    It 'is refused with the reason: <do>' -ForEach @(
        @{ Do = { New-VrrpInstance a eth0 0 192.0.2.1 }; Says = '*0 is not in the range from 1 to 255*' }
        @{ Do = { New-VrrpInstance a eth0 1 192.0.2.1 -DownTimerAdverts 101 }; Says = '*101 is not in the range from 1 to 100*' }
        @{ Do = { New-VrrpInstance a eth0 1 192.0.2.1 -TrackScript (New-HaTracker f -Path /run/f) }; Says = '*belongs to track_file*' }
        @{ Do = { New-VrrpInstance a eth0 1 192.0.2.1 -UnicastPeer @{ Adress = '192.0.2.2' } }; Says = '*Did you mean*Address*' }
        @{ Do = { New-VrrpInstance a eth0 1 192.0.2.1 -UnicastPeer @{ MinimumTtl = 1 } }; Says = '*UnicastPeer needs Address*' }
        @{ Do = { New-VrrpInstance a eth0 1 192.0.2.1 -VirtualRoute '10.0.0.0/8 vya 192.0.2.9' }; Says = '*vya*' }
        @{ Do = { New-VrrpInstance a eth0 1 192.0.2.1 -VirtualRule 'from 192.0.2.1 table 9' -ErrorAction Stop }; Says = '*needs a preference*' }
        @{ Do = { New-VrrpRoute 10.0.0.1/8 -Device eth0 }; Says = '*without bits behind the prefix*' }
        @{ Do = { New-VrrpRoute 10.0.0.0/8 -Device eth0 -Table nowhere }; Says = '*neither a number up to*' }
        @{ Do = { New-VrrpHmac @{ Id = 1; Secret = '0123456789abcdef0123456789abcdef' } 1 }; Says = '*is a SecureString*' }
        @{ Do = { New-VrrpInstance a -VirtualRouterId 1 -VirtualAddress 192.0.2.1 -ErrorAction Stop }; Says = '*is no interface name*' }
        @{ Do = { New-VrrpInstance a -Vrf red -VirtualRouterId 1 -VirtualAddress '192.0.2.1 dev eth0' -ErrorAction Stop }; Says = '*needs*unicastPeers*' }
        @{ Do = { New-VrrpInstance a eth0 1 -ErrorAction Stop }; Says = '*has no virtual address*' }
        @{ Do = { New-VrrpInstance a eth0 1 192.0.2.1 -Version 2 -Authentication x -Hmac (New-VrrpHmac @{ Id = 1; Secret = 'file:/k' } 1) -ErrorAction Stop }; Says = '*one of them, not both*' }
        @{ Do = { New-HaTracker b -Neighbour 192.0.2.1 -Multiplier 256 }; Says = '*256 is not in the range from 1 to 255*' }
        @{ Do = { New-HaConfiguration -Tracker eth1 }; Says = '*not part of a configuration*' }
    ) { (Get-ErrorOf $Do).Exception.Message | Should -BeLike $Says }

    It 'never shows a secret in an error' {
        $key = ConvertTo-SecureString 'tooshortbutsecret' -AsPlainText
        $said = Get-ErrorOf { New-VrrpInstance a eth0 1 192.0.2.1 -Hmac (New-VrrpHmac @{ Id = 1; Secret = $key } 1) -ErrorAction Stop } | ForEach-Object { "$($_.ErrorDetails.Message) $($_.Exception)" }
        $said | Should -Match '17 bytes'
        $said | Should -Not -Match 'tooshortbut'
    }
}

Describe 'nopreempt with the initial state Master' {
    It 'is warned of: <from>' -ForEach @(
        @{ From = 'cmdlet'; Do = { New-VrrpInstance VI_1 eth0 51 192.0.2.10/24 -Priority 150 -NoPreempt -InitialState Master -WarningVariable said -WarningAction SilentlyContinue | Out-Null; $said } }
        @{ From = 'YAML'; Do = { $file = "$TestDrive/np.yaml"; Set-Content $file 'vrrpInstances: [{ name: VI_1, interface: eth0, virtualRouterId: 51, virtualAddresses: [192.0.2.10/24], noPreempt: true, initialState: master }]'; Test-HaConfiguration $file } }
        @{ From = 'keepalived.conf'; Do = { $file = "$TestDrive/np.conf"; Set-Content $file "vrrp_instance VI_1 {`ninterface eth0`nvirtual_router_id 51`nstate MASTER`nnopreempt`npriority 150`nvirtual_ipaddress {`n192.0.2.10/24`n}`n}"; Test-HaConfiguration $file } }
        @{ From = 'hanode check'; Do = { $file = "$TestDrive/np2.conf"; Set-Content $file "vrrp_instance VI_1 {`ninterface eth0`nvirtual_router_id 51`nstate MASTER`nnopreempt`npriority 150`nvirtual_ipaddress {`n192.0.2.10/24`n}`n}"; & "$Root/module/bin/hanode/hanode" check -f $file 2>&1 } }
    ) {
        (& $Do | Out-String) | Should -Match 'NoPreemptWithMaster'
    }
}

Describe 'New-HaTracker' {
    It 'makes a tracker with a recovery command' {
        $tracker = New-HaTracker chk '/bin/check it' -Interval 3 -Weight -15 -RecoverCommand '/bin/fix' -RecoverDelay 2
        $tracker.Recover.Command | Should -Be '/bin/fix'
        $tracker.Recover.Delay | Should -Be ([timespan]::FromSeconds(2))
        $tracker.Weight | Should -Be -15
    }

    It 'refuses a recovery delay without a recovery command' {
        (Get-ErrorOf { New-HaTracker chk /bin/check -RecoverDelay 2 -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'RecoverCommandMissing,*'
    }
}

Describe 'A configuration built by a pipeline' {
    BeforeAll {
        $check = New-HaHealthCheck -ConnectTimeout 3 -Retry 2
        $made = (New-VrrpInstance VI_1 eth0 51 192.0.2.10/24 -Tracker 'chk weight -15'), (New-HaTracker chk /bin/true) | New-HaConfiguration -RouterId lb01 -SelfFencing 5 |
            Add-IpvsService 192.0.2.10:80 -Scheduler wrr -ForwardingMethod DirectRouting -Persistence 50 -DelayLoop 6 |
            Add-IpvsRealServer 192.0.2.21 -Weight 1 -HealthCheck $check |
            Add-IpvsRealServer 192.0.2.22 -Weight 5 -HealthCheck $check |
            Add-IpvsService 192.0.2.10:53 -Protocol Udp |
            Add-IpvsRealServer 192.0.2.23:5353
    }

    It 'holds what was put in, in order' {
        $made.RouterId | Should -Be 'lb01'
        $made.SelfFencing.ToString() | Should -Be '5s'
        $made.VirtualServers.Id | Should -Be @('tcp 192.0.2.10:80', 'udp 192.0.2.10:53')
        $made.VirtualServers[0].RealServers.Id | Should -Be @('192.0.2.21:80', '192.0.2.22:80')
        $made.VirtualServers[0].RealServers[1].Weight | Should -Be 5
        $made.VirtualServers[0].RealServers[0].Checks[0].ConnectTimeout | Should -Be ([timespan]::FromSeconds(3))
        $made.VirtualServers[1].RealServers.Id | Should -Be '192.0.2.23:5353'
        "$($made.VrrpInstances[0].TrackScripts)" | Should -Be 'chk weight -15'
    }

    It 'survives export to <format> and import' -ForEach @(@{ Format = 'Yaml' }, @{ Format = 'Json' }) {
        $text = $made | Export-HaConfiguration -Format $Format
        if ($Format -eq 'Json') { { $text | ConvertFrom-Json } | Should -Not -Throw }
        (Import-HaConfiguration -InputString $text -Format Yaml).Equals($made) | Should -BeTrue
    }

    It 'does not change when it is added to' {
        $before = $made.VirtualServers.Count
        $null = $made | Add-IpvsService 192.0.2.10:443
        $made.VirtualServers.Count | Should -Be $before
    }

    It 'refuses <what> with <id>' -ForEach @(
        @{ What = 'a service twice'; Id = 'IpvsServiceExists'; Do = { $made | Add-IpvsService 192.0.2.10:80 -ErrorAction Stop } }
        @{ What = 'a real server twice'; Id = 'IpvsRealServerExists'; Do = { $made | Add-IpvsRealServer 192.0.2.21 -Service 192.0.2.10:80 -ErrorAction Stop } }
        @{ What = 'a real server of no service'; Id = 'IpvsServiceNotFound'; Do = { $made | Add-IpvsRealServer 192.0.2.21 -Service 192.0.2.99:80 -ErrorAction Stop } }
        @{ What = 'a service without a port'; Id = 'InvalidAddress'; Do = { $made | Add-IpvsService 192.0.2.10 -ErrorAction Stop } }
        @{ What = 'an octal address'; Id = 'InvalidAddress'; Do = { $made | Add-IpvsRealServer 192.0.2.010:80 -Service 192.0.2.10:80 -ErrorAction Stop } }
        @{ What = 'a tracker that nobody made'; Id = 'ConfigurationInvalid'; Do = { New-VrrpInstance a eth0 1 192.0.2.1 -Tracker no | New-HaConfiguration } }
        @{ What = 'a string as a part'; Id = 'NotPartOfConfiguration'; Do = { 'x' | New-HaConfiguration -ErrorAction Stop } }
    ) {
        (Get-ErrorOf $Do).FullyQualifiedErrorId | Should -BeLike "$Id,*"
    }

    It 'compares to another as a list of changes' {
        $other = $made | Add-IpvsService 192.0.2.10:443
        $changes = @(Compare-HaConfiguration $made $other)
        $changes | Should -BeOfType HaTools.HaChange
        "$changes" | Should -Be 'Add VirtualServer tcp 192.0.2.10:443'
        @(Compare-HaConfiguration $made $made).Count | Should -Be 0
    }
}

Describe 'Import-HaConfiguration and Test-HaConfiguration' {
    BeforeAll {
        $bad = Join-Path $TestDrive 'bad.conf'
        Set-Content $bad "vrrp_instance VI_1 {`n    interfac eth0`n    virtual_router_id 300`n}"
        $warned = Join-Path $TestDrive 'warned.conf'
        Set-Content $warned @'
virtual_server 192.0.2.10 80 {
    lb_algo rr
    lb_kind DR
    protocol TCP
    real_server 192.0.2.21 80 {
        TCP_CHECK {
            nb_get_retry 3
        }
    }
}
'@
    }

    It 'names file and line of every error, in one error record' {
        $record = Get-ErrorOf { Import-HaConfiguration $bad -ErrorAction Stop }
        $record.FullyQualifiedErrorId | Should -Be 'ConfigurationInvalid,HaTools.Module.Commands.ImportHaConfigurationCommand'
        $record.CategoryInfo.Category | Should -Be 'InvalidData'
        $record.ErrorDetails.Message | Should -Match ([regex]::Escape("$bad`:2:5: error:"))
        $record.ErrorDetails.Message | Should -Match ([regex]::Escape("$bad`:3:"))
        @($record.TargetObject).Count | Should -BeGreaterOrEqual 2
    }

    It 'writes diagnostics as objects with line and column' {
        $found = @(Test-HaConfiguration $bad)
        ($found | Where-Object Line -EQ 2).Code | Should -Be 'UnknownKeyword'
        Test-HaConfiguration $bad -Quiet | Should -BeFalse
    }

    It 'takes configurations, paths and files down the pipeline' {
        $made = New-VrrpInstance VI_1 eth0 51 192.0.2.10/24 -NoPreempt -InitialState Master -WarningAction SilentlyContinue | New-HaConfiguration -WarningAction SilentlyContinue
        ($made | Test-HaConfiguration).Code | Should -Be 'NoPreemptWithMaster'
        $made | Test-HaConfiguration -Quiet | Should -BeTrue
        $made | Test-HaConfiguration -Quiet -Strict | Should -BeFalse
        $bad, $warned | Test-HaConfiguration -Quiet | Should -Be @($false, $true)
        Get-Item $bad, $warned | Test-HaConfiguration -Quiet | Should -Be @($false, $true)
    }

    It 'warns of what keepalived repairs, and reads it' {
        $c = Import-HaConfiguration $warned -WarningVariable warnings -WarningAction SilentlyContinue
        $c.VirtualServers[0].RealServers[0].Checks[0].Retry | Should -Be 3
        "$warnings" | Should -Match 'nb_get_retry'
        Test-HaConfiguration $warned -Quiet | Should -BeTrue
        Test-HaConfiguration $warned -Quiet -Strict | Should -BeFalse
        (Get-ErrorOf { Import-HaConfiguration $warned -Strict -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'ConfigurationInvalid,*'
    }

    It 'goes on with the next file after a bad one' {
        $read = $bad, $warned | Import-HaConfiguration -ErrorAction SilentlyContinue -WarningAction SilentlyContinue -ErrorVariable failed
        @($read).Count | Should -Be 1
        @($failed).Count | Should -Be 1
    }

    It 'reads paths relative to the location of pwsh' {
        Push-Location $TestDrive
        try { (Import-HaConfiguration ./warned.conf -WarningAction SilentlyContinue).VirtualServers.Count | Should -Be 1 }
        finally { Pop-Location }
    }

    It 'says that a file is missing' {
        (Get-ErrorOf { Import-HaConfiguration /nowhere/x.conf -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'ConfigurationNotFound,*'
    }
}

Describe 'Export-HaConfiguration' {
    It 'does not overwrite without -Force, and writes nothing under -WhatIf' {
        $path = Join-Path $TestDrive 'a.yaml'
        $c = New-HaConfiguration -RouterId a
        $c | Export-HaConfiguration -Path $path -WhatIf
        $path | Should -Not -Exist
        $c | Export-HaConfiguration -Path $path
        [System.IO.File]::GetUnixFileMode($path) | Should -Be ([System.IO.UnixFileMode]'UserRead, UserWrite')
        (Get-ErrorOf { $c | Export-HaConfiguration -Path $path -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'FileExists,*'
        New-HaConfiguration -RouterId b | Export-HaConfiguration -Path $path -Force
        (Import-HaConfiguration $path).RouterId | Should -Be 'b'
        Get-ChildItem $TestDrive -Filter '*.new' | Should -BeNullOrEmpty
    }
}

Describe 'Commands without a running node' {
    It 'says so: <command>' -ForEach @(
        @{ Command = 'Add-IpvsService'; Do = { Add-IpvsService 192.0.2.10:80 -Node no-such-node -ErrorAction Stop } }
        @{ Command = 'Add-IpvsRealServer'; Do = { Add-IpvsRealServer 192.0.2.21 -Node no-such-node -ErrorAction Stop } }
        @{ Command = 'New-VrrpInstance'; Do = { New-VrrpInstance a eth0 1 192.0.2.1 -Node no-such-node -ErrorAction Stop } }
        @{ Command = 'Update-HaNode'; Do = { Update-HaNode no-such-node -ErrorAction Stop } }
        @{ Command = 'Stop-HaNode'; Do = { Stop-HaNode no-such-node -ErrorAction Stop } }
        @{ Command = 'Get-HaNode'; Do = { Get-HaNode no-such-node -ErrorAction Stop } }
        @{ Command = 'Get-VrrpState'; Do = { Get-VrrpState -Node no-such-node -ErrorAction Stop } }
        @{ Command = 'Wait-VrrpState'; Do = { Wait-VrrpState -Node no-such-node -ErrorAction Stop } }
        @{ Command = 'Get-HaEvent'; Do = { Get-HaEvent no-such-node -ErrorAction Stop } }
        @{ Command = 'Export-HaConfiguration'; Do = { Export-HaConfiguration -Node no-such-node -ErrorAction Stop } }
        @{ Command = 'Compare-HaConfiguration'; Do = { Compare-HaConfiguration -Node no-such-node -DifferenceObject (New-HaConfiguration) -ErrorAction Stop } }
    ) {
        $record = Get-ErrorOf $Do
        $record.FullyQualifiedErrorId | Should -BeLike 'NodeNotRunning,*'
        $record.CategoryInfo.Category | Should -Be 'ResourceUnavailable'
        $record.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }
}

Describe 'Completion' {
    It 'offers <expected> for <line>' -ForEach @(
        @{ Line = 'Add-IpvsService 192.0.2.1:80 -Scheduler w'; Expected = @('wrr', 'wlc') }
        @{ Line = 'New-VrrpInstance a l'; Expected = @('lo') }
        @{ Line = 'New-VrrpInstance a eth0 1 -TrackInterface l'; Expected = @('lo') }
        @{ Line = 'New-VrrpVirtualInterface Ipv'; Expected = @('Ipvlan') }
        @{ Line = 'Get-HaEvent -Kind State'; Expected = @('StateChanged') }
    ) {
        ([System.Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, $null)).CompletionMatches.CompletionText | Should -Be $Expected
    }
}
