#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies an ELF64 little-endian library and marks one needed symbol version as weak (VER_FLG_WEAK), so that the loader accepts a
/// system library without it. Refuses when any relocation uses a symbol of that version: then the need is real.
/// A library that does not name the version is copied as it is.
/// </summary>
public class WeakenVersionNeed : Task
{
    private const uint SectionRela = 4, SectionDynsym = 11, SectionVersionNeeds = 0x6ffffffe, SectionVersionSymbols = 0x6fffffff;
    private const ushort WeakFlag = 2;

    private byte[] file = Array.Empty<byte>();

    [Required] public string Library { get; set; } = "";

    [Required] public string Version { get; set; } = "";

    [Required] public string Output { get; set; } = "";

    public override bool Execute()
    {
        file = File.ReadAllBytes(Library);
        if (file.Length < 64 || U32(0) != 0x464c457f || file[4] != 2 || file[5] != 1)
        {
            Log.LogError("{0} is not a little-endian 64-bit ELF library.", Library);
            return false;
        }

        var sections = ReadSections();
        foreach (var need in FindNeeds(sections))
        {
            var used = RelocatedSymbol(sections, U16(need + 6));
            if (used != null)
            {
                Log.LogError("{0} uses {1} of version {2}: a libstdc++ that has it is needed.", Library, used, Version);
                return false;
            }

            var flags = (ushort)(U16(need + 4) | WeakFlag);
            file[need + 4] = (byte)flags;
            file[need + 5] = (byte)(flags >> 8);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Output)!);
        // A new file, never an existing one overwritten: that could be a hard link into the package folder.
        File.Delete(Output);
        File.WriteAllBytes(Output, file);
        return true;
    }

    private List<Section> ReadSections()
    {
        var sections = new List<Section>();
        var start = (int)U64(0x28);
        int size = U16(0x3a), count = U16(0x3c);
        for (var i = 0; i < count; i++)
        {
            var at = start + i * size;
            sections.Add(new Section { Type = U32(at + 4), Offset = (int)U64(at + 24), Size = (int)U64(at + 32), Link = (int)U32(at + 40), Info = (int)U32(at + 44) });
        }

        return sections;
    }

    // Offsets of the Elf64_Vernaux records {u32 hash; u16 flags; u16 other; u32 name; u32 next} that name the version.
    private IEnumerable<int> FindNeeds(List<Section> sections)
    {
        foreach (var section in sections)
        {
            if (section.Type != SectionVersionNeeds)
            {
                continue;
            }

            var strings = sections[section.Link].Offset;
            // Elf64_Verneed {u16 version; u16 count; u32 file; u32 aux; u32 next}
            for (int verneed = section.Offset, i = 0; i < section.Info; verneed += (int)U32(verneed + 12), i++)
            {
                var aux = verneed + (int)U32(verneed + 8);
                for (int j = 0, n = U16(verneed + 2); j < n; aux += (int)U32(aux + 12), j++)
                {
                    if (Text(strings + (int)U32(aux + 8)) == Version)
                    {
                        yield return aux;
                    }
                }
            }
        }
    }

    private string? RelocatedSymbol(List<Section> sections, int versionIndex)
    {
        var versions = sections.Find(s => s.Type == SectionVersionSymbols);
        var symbolTable = sections.FindIndex(s => s.Type == SectionDynsym);
        foreach (var section in sections)
        {
            if (section.Type != SectionRela || section.Link != symbolTable)
            {
                continue;
            }

            // Elf64_Rela {u64 offset; u32 type; u32 symbol; i64 addend}
            for (var at = section.Offset; at < section.Offset + section.Size; at += 24)
            {
                var symbol = (int)U32(at + 12);
                if ((U16(versions!.Offset + 2 * symbol) & 0x7fff) == versionIndex)
                {
                    var table = sections[symbolTable];
                    return Text(sections[table.Link].Offset + (int)U32(table.Offset + 24 * symbol));
                }
            }
        }

        return null;
    }

    private ushort U16(int at) => BitConverter.ToUInt16(file, at);

    private uint U32(int at) => BitConverter.ToUInt32(file, at);

    private ulong U64(int at) => BitConverter.ToUInt64(file, at);

    private string Text(int at) => Encoding.ASCII.GetString(file, at, Array.IndexOf(file, (byte)0, at) - at);

    private sealed class Section
    {
        public uint Type { get; set; }

        public int Offset { get; set; }

        public int Size { get; set; }

        public int Link { get; set; }

        public int Info { get; set; }
    }
}
