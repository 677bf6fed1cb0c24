# The paper fonts, made once a build folder: renamed subsets of Noto Serif CJK SC (SIL Open Font License), in
# ${CMAKE_BINARY_DIR}/share/unionhall/fonts. Debian's own python3 has fontTools; another one in PATH may not.
set(NOTO_FOLDER /usr/share/fonts/opentype/noto CACHE PATH "where NotoSerifCJK-Regular.ttc and -Bold.ttc are")
set(FONTS_FOLDER ${CMAKE_BINARY_DIR}/share/unionhall/fonts)
# A second build of the same sources (sanitizers, clang) takes the fonts of the first: cutting costs a minute of both cores.
set(UNIONHALL_FONTS_FROM "" CACHE PATH "a folder with fonts that are cut already; empty: cut them")
set(FONTS_FILES "")
foreach(PART Common Rare)
	foreach(STYLE Regular Bold)
		set(FONT_FILE ${FONTS_FOLDER}/UnionhallSerif${PART}-${STYLE}.otf)
		list(APPEND FONTS_FILES ${FONT_FILE})
		if(UNIONHALL_FONTS_FROM)
			set(FONT_GIVEN ${UNIONHALL_FONTS_FROM}/UnionhallSerif${PART}-${STYLE}.otf)
			add_custom_command(OUTPUT ${FONT_FILE} COMMAND ${CMAKE_COMMAND} -E copy ${FONT_GIVEN} ${FONT_FILE} DEPENDS ${FONT_GIVEN} VERBATIM)
			continue()
		endif()
		add_custom_command(OUTPUT ${FONT_FILE}
			COMMAND ${CMAKE_COMMAND} -E make_directory ${FONTS_FOLDER}
			COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/cmake/fonts.py ${NOTO_FOLDER}/NotoSerifCJK-${STYLE}.ttc
				${PART} ${STYLE} ${FONT_FILE}
			DEPENDS ${CMAKE_SOURCE_DIR}/cmake/fonts.py
			COMMENT "Cutting the paper font, ${PART} ${STYLE}"
			VERBATIM)
	endforeach()
endforeach()
add_custom_target(fonts ALL DEPENDS ${FONTS_FILES})
foreach(USER unionhall paper_test)
	if(TARGET ${USER})
		add_dependencies(${USER} fonts)
	endif()
endforeach()
